import type { z } from '@hono/zod-openapi';
import type { JourneyRun } from '../../../core/journey/index.ts';
import type { LedgerEntry } from '../../../core/ledger/index.ts';
import type { EnvironmentHealth, Finding, HealthVerdict } from '../../../core/observe/index.ts';
import type { DrillReport } from '../../../core/recovery/index.ts';
import type { ApiToken } from '../../../ports/access-store.ts';
import type { resource } from '../../contract/index.ts';

/** An instant as the API writes it: UTC, milliseconds at most. */
export function iso(at: Temporal.Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(at.epochMilliseconds).toString();
}

const isoOrNull = (at: Temporal.Instant | null): string | null => (at === null ? null : iso(at));

/** A finding as the API shows it. */
export function findingView(finding: Finding): z.input<typeof resource.finding> {
  const { key: _key, ...shown } = finding;
  return {
    ...shown,
    openedAt: iso(finding.openedAt),
    lastSeenAt: iso(finding.lastSeenAt),
    closedAt: isoOrNull(finding.closedAt),
  };
}

/** A journey run as the API shows it. */
export function drillView(report: DrillReport): z.input<typeof resource.drill> {
  const { phases, checks, reasons } = report;
  return {
    ...report,
    startedAt: iso(report.startedAt),
    finishedAt: iso(report.finishedAt),
    reasons: [...reasons],
    phases: phases.map((each) => ({ ...each })),
    checks: checks.map((check) => ({ ...check, evidence: [...check.evidence] })),
  };
}

export function journeyView(run: JourneyRun): z.input<typeof resource.journeyRun> {
  return {
    ...run,
    startedAt: iso(run.startedAt),
    services: [...run.services],
    steps: run.steps.map((step) => ({ ...step })),
  };
}

/** A ledger entry as the API shows it. Its time keeps its microseconds: they are part of what was hashed. */
export function ledgerView(entry: LedgerEntry): z.input<typeof resource.ledgerEntry> {
  return {
    sequence: entry.sequence,
    at: entry.at.toString({ fractionalSecondDigits: 6 }),
    actor: { kind: entry.actor.kind, name: entry.actor.name },
    type: entry.type,
    subject: entry.subject,
    data: { ...entry.data },
    previousHash: entry.previousHash,
    hash: entry.hash,
  };
}

/** A token as the API shows it. */
export function tokenView(token: ApiToken): z.input<typeof resource.apiToken> {
  if (token.role === 'anonymous') throw new Error('a token never has the role anonymous');
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    role: token.role,
    createdAt: iso(token.createdAt),
    expiresAt: isoOrNull(token.expiresAt),
    lastUsedAt: isoOrNull(token.lastUsedAt),
    revokedAt: isoOrNull(token.revokedAt),
  };
}

/** One of the two answers as the API shows it. */
export function verdictView(verdict: HealthVerdict): z.input<typeof resource.healthVerdict> {
  return {
    health: verdict.health,
    reasons: verdict.reasons.map((reason) => ({
      ...reason,
      services: [...reason.services],
      evidence: { ...reason.evidence },
    })),
  };
}

/** What is said of an environment that nobody has looked at for too long: unknown, with the reason. */
export function staleVerdict(environment: string, judgedAt: Temporal.Instant | undefined): HealthVerdict {
  const when = judgedAt === undefined ? 'yet' : `since ${iso(judgedAt)}`;
  return {
    health: 'unknown',
    reasons: [
      {
        code: judgedAt === undefined ? 'NOT_OBSERVED_YET' : 'OBSERVATION_STALE',
        health: 'unknown',
        summary: `No controller has looked at ${environment} ${when}.`,
        subject: environment,
        services: [],
        evidence: { judgedAt: judgedAt === undefined ? null : iso(judgedAt) },
        action: 'Check that a `plimsoll serve` runs with this estate and that its log shows no error.',
      },
    ],
  };
}

/** The two answers as they count now: what was judged too long ago is unknown, never healthy. */
export function currentHealth(
  environment: string,
  health: EnvironmentHealth | undefined,
  now: Temporal.Instant,
  staleAfterSeconds: number,
): { readonly business: HealthVerdict; readonly infrastructure: HealthVerdict; readonly judgedAt: string | null } {
  const isFresh =
    health !== undefined && now.epochMilliseconds - health.judgedAt.epochMilliseconds <= staleAfterSeconds * 1_000;
  if (isFresh)
    return { business: health.business, infrastructure: health.infrastructure, judgedAt: iso(health.judgedAt) };
  const unknown = staleVerdict(environment, health?.judgedAt);
  return { business: unknown, infrastructure: unknown, judgedAt: health === undefined ? null : iso(health.judgedAt) };
}
