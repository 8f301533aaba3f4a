import { type Environment, type Estate, type PlatformPart, platformParts, type Stage } from '../estate/index.ts';
import type { FindingDraft } from './finding.ts';

/**
 * What is missing from a declared estate although nothing in it is wrong: platform parts (EST-02), tiers and a second
 * place to practise (EST-03), undeclared uses. Findings, because they are to be worked on, not to be corrected at once.
 */
export function estateFindings(estate: Estate, today: Temporal.PlainDate): readonly FindingDraft[] {
  return [
    ...estate.environments.flatMap(partFindings),
    ...stageFindings(estate),
    ...ownerFindings(estate),
    ...unclaimedFindings(estate),
    ...exceptionFindings(estate, today),
  ];
}

const partWords: Readonly<Record<PlatformPart, string>> = {
  web: 'web processes',
  workers: 'background workers',
  'scheduled-jobs': 'scheduled jobs',
  postgres: 'PostgreSQL',
  redis: 'Redis',
  ingress: 'an ingress',
  'object-storage': 'object storage',
  logging: 'central logging',
  metrics: 'metrics',
  alerting: 'alerting',
  identity: 'identity',
};

/** Without these an environment does not serve, or nobody learns that it does not. */
const vital = new Set<PlatformPart>(['web', 'scheduled-jobs', 'postgres', 'metrics', 'alerting']);

function partFindings(environment: Environment): readonly FindingDraft[] {
  const isProduction = environment.serviceClass === 'production';
  return platformParts.flatMap((part): readonly FindingDraft[] => {
    const provision = environment.parts[part];
    if (provision?.isConnected === true) return [];
    const code = provision === undefined ? 'PLATFORM_PART_MISSING' : 'PLATFORM_PART_UNCONNECTED';
    const what = partWords[part];
    const reason =
      provision === undefined
        ? `${environment.name} has no ${what.replace(/^an? /, '')}: neither declared nor brought by its platform.`
        : `${environment.name} has ${what} (${provision.provider}), but it is not connected to the rest.`;
    return [
      {
        key: `${code}/${environment.name}/${part}`,
        code,
        severity: isProduction && vital.has(part) ? 'warning' : 'info',
        environment: environment.name,
        subject: part,
        reason,
        action: `Provide it and declare it under \`parts.${part}\` of the environment, or of the estate where it is shared.`,
        evidence: { part, platform: environment.platform, provider: provision?.provider ?? null },
      },
    ];
  });
}

/** What every tenant in production should also have somewhere, and why. */
const companions: readonly { readonly stages: readonly Stage[]; readonly name: Stage; readonly why: string }[] = [
  { stages: ['staging', 'uat'], name: 'staging', why: 'changes are first tried in production' },
  { stages: ['recovery-test'], name: 'recovery-test', why: 'backups are proven nowhere' },
];

function stageFindings(estate: Estate): readonly FindingDraft[] {
  const byTenant = Map.groupBy(estate.environments, ({ tenant }) => tenant ?? '');
  return [...byTenant].flatMap(([tenant, environments]) => {
    const production = environments.filter(({ stage }) => stage === 'production');
    const first = production[0];
    if (first === undefined) return [];
    const stages = new Set(environments.map(({ stage }) => stage));
    const whose = tenant === '' ? 'The estate' : `Tenant ${tenant}`;
    const missing = companions.filter(({ stages: any }) => !any.some((stage) => stages.has(stage)));
    const drafts = missing.map(
      ({ name, why }): FindingDraft => ({
        key: `TIER_MISSING/${tenant}/${name}`,
        code: 'TIER_MISSING',
        severity: 'warning',
        environment: null,
        subject: tenant === '' ? estate.name : `tenant/${tenant}`,
        reason: `${whose} has production, but no ${name} environment: ${why}.`,
        action: `Declare an environment of stage ${name}.`,
        evidence: { stage: name, environments: environments.length },
      }),
    );
    return environments.length > 1 ? drafts : [...drafts, leaning(first, whose, tenant)];
  });
}

function leaning(only: Environment, whose: string, tenant: string): FindingDraft {
  return {
    key: `SINGLE_PRODUCTION_INSTANCE/${tenant}/${only.name}`,
    code: 'SINGLE_PRODUCTION_INSTANCE',
    severity: 'warning',
    environment: only.name,
    subject: only.name,
    reason: `${whose} leans on one instance: ${only.name} is its only environment.`,
    action: 'Declare at least a staging environment, fed from a neutralised copy.',
    evidence: { tier: only.tier.name, stage: only.stage },
  };
}

/** Integrations and production environments for which nobody answers. */
function ownerFindings(estate: Estate): readonly FindingDraft[] {
  return estate.integrations
    .filter(({ owner }) => owner === undefined)
    .map((integration) => ({
      key: `INTEGRATION_WITHOUT_OWNER/${integration.name}`,
      code: 'INTEGRATION_WITHOUT_OWNER',
      severity: integration.criticality === 'low' ? 'info' : 'warning',
      environment: null,
      subject: `integration/${integration.name}`,
      reason: `Nobody answers for the integration ${integration.name} (${integration.criticality}).`,
      action: 'Name a team: `owner: integrations`.',
      evidence: { partner: integration.partner, exchange: integration.exchange },
    }));
}

function unclaimedFindings(estate: Estate): readonly FindingDraft[] {
  const claimed = new Set(estate.services.flatMap(({ dependsOn }) => dependsOn));
  return estate.integrations
    .filter(({ name, services }) => services.length === 0 && !claimed.has(`integration/${name}`))
    .map(({ name, partner }) => ({
      key: `INTEGRATION_USE_UNDECLARED/${name}`,
      code: 'INTEGRATION_USE_UNDECLARED',
      severity: 'info',
      environment: null,
      subject: `integration/${name}`,
      reason: `No service says that it uses ${name}, so all services of its environments are taken to.`,
      action: 'Declare `services:` on the integration, or `dependsOn: [integration/…]` on the services.',
      evidence: { partner },
    }));
}

/** Departures from a policy that nobody approves any longer, for each environment they name. */
function exceptionFindings({ exceptions }: Estate, today: Temporal.PlainDate): readonly FindingDraft[] {
  return exceptions
    .filter(({ expires }) => Temporal.PlainDate.compare(expires, today) < 0)
    .flatMap(({ name, policy, environments, approvedBy, expires }) =>
      (environments.length === 0 ? [null] : environments).map((environment) => ({
        key: `EXCEPTION_EXPIRED/${name}/${environment ?? ''}`,
        code: 'EXCEPTION_EXPIRED',
        severity: 'warning',
        environment,
        subject: `exception/${name}`,
        reason: `The exception ${name} from ${policy} expired on ${expires}.`,
        action: `Meet the policy and remove the exception, or have ${approvedBy} approve it again with a later date.`,
        evidence: { policy, approvedBy, expires },
      })),
    );
}
