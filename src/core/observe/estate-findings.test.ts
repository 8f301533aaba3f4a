import { describe, expect, test } from 'vitest';
import { parseEstate } from '../estate/index.ts';
import { estateFindings } from './estate-findings.ts';

const today = Temporal.PlainDate.from('2026-11-21');

const head = 'kind: Estate\nname: test\n';
const everything = `
redis: { purpose: [session] }
connect:
  odoo: { url: "http://127.0.0.1:8069" }
parts: { ingress: traefik, object-storage: s3, logging: loki, identity: keycloak, PLUS }`;

function environment(name: string, stage: string, more: string): string {
  const platform = 'platform: host\nodoo: { version: "19.0", database: D }'.replace('D', name);
  return `---\nkind: Environment\nname: ${name}\nstage: ${stage}\n${platform}\n${more.replace('8069', String(name.length))}\n`;
}

function findingsOf(...documents: readonly string[]) {
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text: head + documents.join('') }]);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (estate === undefined) throw new Error('the estate must be sound');
  return estateFindings(estate, today);
}

const parts = (drafts: readonly { readonly code: string; readonly subject: string }[]) =>
  drafts.filter(({ code }) => code.startsWith('PLATFORM_PART')).map(({ code, subject }) => `${code} ${subject}`);

describe('EST-02: the eleven platform parts', () => {
  test('an environment without alerting has exactly that gap', () => {
    const drafts = findingsOf(environment('prod', 'production', everything.replace('PLUS', '')));
    expect(parts(drafts)).toEqual(['PLATFORM_PART_MISSING alerting']);
  });

  test('with alerting it has none', () => {
    const drafts = findingsOf(environment('prod', 'production', everything.replace('PLUS', 'alerting: pagerduty')));
    expect(parts(drafts)).toEqual([]);
  });

  test('a part that is there but not connected is another gap', () => {
    const part = 'alerting: { provider: pagerduty, connected: false }';
    const drafts = findingsOf(environment('prod', 'production', everything.replace('PLUS', part)));
    expect(parts(drafts)).toEqual(['PLATFORM_PART_UNCONNECTED alerting']);
  });

  test('`none` is a gap that is known', () => {
    const drafts = findingsOf(environment('prod', 'production', everything.replace('PLUS', 'alerting: none')));
    expect(parts(drafts)).toEqual(['PLATFORM_PART_MISSING alerting']);
  });

  test('no scheduled jobs, no Redis and no way to reach it are gaps too', () => {
    const drafts = findingsOf(environment('prod', 'production', 'workers: { cron: 0 }'));
    expect(parts(drafts)).toEqual(
      ['scheduled-jobs', 'redis', 'ingress', 'object-storage', 'logging', 'metrics', 'alerting', 'identity'].map(
        (part) => `PLATFORM_PART_MISSING ${part}`,
      ),
    );
  });
});

describe('EST-03: stages', () => {
  const codes = (...documents: readonly string[]) =>
    findingsOf(...documents)
      .filter(({ code }) => !code.startsWith('PLATFORM'))
      .map(({ key }) => key);

  test('an estate with production only lacks stages and leans on one instance', () => {
    expect(codes(environment('prod', 'production', everything.replace('PLUS', '')))).toEqual([
      'TIER_MISSING//staging',
      'TIER_MISSING//recovery-test',
      'SINGLE_PRODUCTION_INSTANCE//prod',
    ]);
  });

  test('a staging environment and a place to prove backups close them', () => {
    expect(
      codes(
        environment('prod', 'production', everything.replace('PLUS', '')),
        environment('stage', 'staging', ''),
        environment('recovery', 'recovery-test', ''),
      ),
    ).toEqual([]);
  });

  test('an estate without production has nothing to practise for', () => {
    expect(codes(environment('dev', 'development', ''))).toEqual([]);
  });
});

describe('OPM-06: exceptions from policies end', () => {
  const exception = (expires: string) =>
    [
      'kind: Team\nname: security',
      'kind: Policy\nname: backups-sealed\nstatement: Backups are sealed.',
      `kind: Exception\nname: unsealed\npolicy: backups-sealed\nreason: Old keys.\napprovedBy: security\nexpires: ${expires}`,
    ]
      .map((text) => `---\n${text}\n`)
      .join('');
  const expired = (expires: string) =>
    findingsOf(exception(expires)).filter(({ code }) => code === 'EXCEPTION_EXPIRED');

  test('one whose last day has passed is a finding, and one on its last day is none', () => {
    expect(expired('2026-11-20')).toMatchObject([
      { subject: 'exception/unsealed', environment: null, evidence: { approvedBy: 'security', expires: '2026-11-20' } },
    ]);
    expect(expired('2026-11-21')).toEqual([]);
  });

  test('checking the estate warns of it at its line, so long as it is told the day', () => {
    const files = [{ path: 'estate.yaml', text: head + exception('2026-11-20') }];
    const codes = (parsed: ReturnType<typeof parseEstate>) =>
      parsed.diagnostics.filter(({ code }) => code === 'EXCEPTION_EXPIRED');
    expect(codes(parseEstate(files, { today }))).toMatchObject([{ severity: 'warning', line: 16 }]);
    expect(codes(parseEstate(files, { today: today.subtract({ days: 1 }) }))).toEqual([]);
    expect(codes(parseEstate(files))).toEqual([]);
  });
});

test('EST-08: how an integration retries and how long it waits is part of the estate', () => {
  const where = environment('prod', 'production', everything.replace('PLUS', ''));
  const dhl =
    '---\nkind: Integration\nname: dhl\npartner: carrier\nenvironments: [prod]\nexchange: queued\nretry: { attempts: 5, backoff: exponential, budget: 10% }\ntimeout: 30s\n';
  const { estate } = parseEstate([{ path: 'estate.yaml', text: head + where + dhl }]);
  expect(estate?.integrations).toMatchObject([
    { name: 'dhl', retry: { attempts: 5, backoff: 'exponential', budgetRatio: 0.1 }, timeoutSeconds: 30 },
  ]);
});
