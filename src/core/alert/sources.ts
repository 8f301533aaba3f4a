import type { Estate } from '../estate/index.ts';
import type { ObjectiveVerdict } from '../objective/index.ts';
import type { Finding } from '../observe/index.ts';
import type { AlertClass, AlertSignal, Deadline } from './signal.ts';

/** What stops a running system, and what stops with it. */
const outages = new Set([
  ...['TABLE_LOCKED', 'SESSIONS_BLOCKED', 'POSTGRES_UNREACHABLE', 'REDIS_DOWN', 'INGRESS_DOWN', 'BUSINESS_STOPPED'],
  ...['ODOO_WEB_DOWN', 'ODOO_WEB_UNRESPONSIVE', 'ODOO_GEVENT_DOWN', 'ODOO_CRON_DOWN', 'CRONS_STOPPED'],
  ...['JOURNEY_FAILED', 'JOURNEY_UNKNOWN'],
]);

/** What follows from an outage while it lasts: it calls nobody by itself then. */
const consequences = new Set([
  ...['COLLECTION_STALE', 'COLLECTOR_FAILED', 'INDICATORS_MISSING', 'JOURNEY_STALE', 'NOT_OBSERVED'],
  ...['LATENCY_HIGH', 'BACKLOG_LATE', 'CRON_OVERDUE', 'CRON_FAILING', 'MAIL_STUCK'],
]);

/** Sources of findings that tell of what is to be built or written some day, not of what happens now. */
const notAlerting = new Set(['estate', 'responding']);

/** What happens in a running system and stops or slows its business is one alert: causes and what follows from them. */
export const operationTheme = 'operation';

/** Whether an alert with this theme follows from an outage of its environment. */
export function followsFromOutage(theme: string): boolean {
  return /^(cut-off|objective)\//.test(theme) || consequences.has(theme);
}

function themeOf(finding: Finding, estate: Pick<Estate, 'integrations'>): string {
  const name = finding.subject.replace(/^integration\//, '');
  if (estate.integrations.some((integration) => integration.name === name)) return `partner/${name}`;
  // Two answers that disagree belong to what made them disagree.
  const code = finding.code === 'HEALTH_DISAGREES' ? String(finding.evidence['cause']) : finding.code;
  if (finding.source !== 'health') return `${finding.code}/${finding.subject}`;
  return outages.has(code) ? operationTheme : code;
}

function classOf(finding: Finding): AlertClass {
  if (finding.code === 'BACKLOG_LATE') return 'at-risk';
  const isBusiness = finding.evidence['area'] === 'business' || finding.code === 'HEALTH_DISAGREES';
  return finding.severity === 'critical' && isBusiness ? 'interrupted' : 'degraded';
}

function servicesOf(finding: Finding): readonly string[] {
  const named = finding.evidence['services'];
  return typeof named === 'string' && named !== '' ? named.split(', ') : [];
}

/** What is wrong now, rather than what could be better: warnings of others are to be worked on, and call nobody. */
function signals({ source, severity, closedAt }: Finding): boolean {
  if (closedAt !== null || notAlerting.has(source)) return false;
  return severity === 'critical' || (source === 'health' && severity === 'warning');
}

/** What open findings signal. Notes (`info`) and what the declaration lacks signal nothing. */
export function signalsFromFindings(
  findings: readonly Finding[],
  estate: Pick<Estate, 'integrations'>,
): readonly AlertSignal[] {
  return findings.filter(signals).map((finding) => ({
    key: `finding/${finding.source}/${finding.environment ?? ''}/${finding.key}`,
    source: finding.source === 'health' ? 'health' : 'finding',
    code: finding.code,
    environment: finding.environment,
    services: servicesOf(finding),
    subject: finding.subject,
    theme: themeOf(finding, estate),
    class: classOf(finding),
    summary: finding.reason,
    action: finding.action,
    deadline: null,
    itemsAtRisk: null,
    growthPerHour: null,
    startedAt: startOf(finding),
    evidence: { ...finding.evidence, finding: finding.id },
  }));
}

/** Some troubles say for how long they have been: then that is when they began, not when we looked. */
function startOf(finding: Finding): Temporal.Instant {
  const lasted = ['heldSeconds', 'longestWaitSeconds', 'stoppedSeconds'].flatMap((name) => {
    const value = finding.evidence[name];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? [value] : [];
  });
  if (lasted.length === 0) return finding.openedAt;
  const began = finding.lastSeenAt.subtract({ milliseconds: Math.round(Math.max(...lasted) * 1_000) });
  return Temporal.Instant.compare(began, finding.openedAt) < 0 ? began : finding.openedAt;
}

/** What a forecast of a backlog says that an alert needs. */
export interface ForecastFact {
  readonly environment: string;
  readonly service: string;
  readonly deadline: Deadline;
  readonly probabilityClears: number;
  readonly expectedLeft: number;
  readonly backlog: number;
  readonly growthPerHour: number;
  readonly warns: boolean;
  readonly warnsSince: Temporal.Instant | null;
}

/** Backlogs that will not clear before their cut-off (SLO-08). */
export function signalsFromForecasts(forecasts: readonly ForecastFact[]): readonly AlertSignal[] {
  return forecasts
    .filter(({ warns }) => warns)
    .map((forecast) => ({
      key: `forecast/${forecast.environment}/${forecast.service}/${forecast.deadline.site}/${forecast.deadline.name}`,
      source: 'forecast',
      code: 'CUT_OFF_AT_RISK',
      environment: forecast.environment,
      services: [forecast.service],
      subject: `${forecast.deadline.site}/${forecast.deadline.name}`,
      theme: `cut-off/${forecast.deadline.site}/${forecast.service}`,
      class: 'at-risk',
      summary: `The backlog of ${forecast.service} at ${forecast.deadline.siteTitle} clears before ${forecast.deadline.name} with a probability of ${Math.round(forecast.probabilityClears * 100)} %.`,
      action: null,
      deadline: forecast.deadline,
      itemsAtRisk: Math.max(1, forecast.expectedLeft),
      growthPerHour: forecast.growthPerHour,
      startedAt: forecast.warnsSince ?? forecast.deadline.at,
      evidence: {
        probabilityClears: forecast.probabilityClears,
        expectedLeft: forecast.expectedLeft,
        backlog: forecast.backlog,
      },
    }));
}

/** Budgets that burn too fast: one signal for each objective, by the rule that is most urgent. */
export function signalsFromVerdicts(verdicts: readonly ObjectiveVerdict[]): readonly AlertSignal[] {
  return verdicts.flatMap((verdict): readonly AlertSignal[] => {
    const { environment, service, key, promise, reason, budgetRemaining, firing, condition } = verdict;
    const rule = firing.find(({ severity }) => severity === 'page') ?? firing[0];
    if (rule === undefined) return [];
    return [
      {
        key: `burn/${key}`,
        source: 'burn',
        code: 'BUDGET_BURNS',
        environment,
        services: [service],
        subject: key,
        theme: `objective/${service}`,
        class: condition === 'interrupted' ? 'interrupted' : 'degraded',
        summary: `${service} (${promise}) burns its budget ${rule.burnRate.toFixed(1)} times too fast over ${rule.window}: ${reason}`,
        action: null,
        deadline: null,
        itemsAtRisk: null,
        growthPerHour: null,
        startedAt: rule.since,
        evidence: { severity: rule.severity, burnRate: rule.burnRate, window: rule.window, budgetRemaining },
      },
    ];
  });
}

/** An alert that an Alertmanager sent us. */
export interface ExternalAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Temporal.Instant;
}

/** What others' alerts signal. Labels `environment`, `service` and `integration` tell whom they are about. */
export function signalsFromAlertmanager(alerts: readonly ExternalAlert[]): readonly AlertSignal[] {
  return alerts.map(({ fingerprint, labels, annotations, startsAt }) => {
    const code = labels['alertname'] ?? 'alert';
    const service = labels['service'];
    const integration = labels['integration'];
    return {
      key: `alertmanager/${fingerprint}`,
      source: 'alertmanager',
      code,
      environment: labels['environment'] ?? null,
      services: service === undefined ? [] : [service],
      subject: labels['instance'] ?? labels['job'] ?? code,
      theme: integration === undefined ? `alertmanager/${code}` : `partner/${integration}`,
      class: /^(critical|page)$/i.test(labels['severity'] ?? '') ? 'interrupted' : 'degraded',
      summary: annotations['summary'] ?? annotations['description'] ?? code,
      action: annotations['runbook_url'] ?? annotations['action'] ?? null,
      deadline: null,
      itemsAtRisk: null,
      growthPerHour: null,
      startedAt: startsAt,
      evidence: { severity: labels['severity'] ?? null, fingerprint },
    };
  });
}
