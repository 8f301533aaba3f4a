import { describe, expect, test } from 'vitest';
import { ApiProblem, createApiClient, routes } from '../contract/index.ts';
import { type Scenario, wireFake } from '../wire-fake.ts';
import { createApp } from './create-app.ts';

/** The real server on memory adapters, at an instant that the test moves. */
async function serverAt(at: string, scenario: Scenario = 'busy') {
  let now = Temporal.Instant.from(at);
  const fake = wireFake({ scenario, clock: { now: () => now, sleep: async () => {} } });
  await fake.begin();
  const app = createApp(fake.deps, new AbortController().signal);
  const ask: typeof fetch = async (url, init) => app.request(String(url), init);
  return {
    api: createApiClient({ baseUrl: 'http://localhost', fetch: ask }),
    ledger: () => fake.deps.store.ledger.tail({ limit: 20 }),
    /** A backup that began and was not heard of since. */
    begin: (environment: string, secondsAgo: number): Promise<void> => {
      const startedAt = now.subtract({ seconds: secondsAgo });
      const nothing = { finishedAt: null, reason: null, progress: null, figures: null };
      const what = {
        id: `r-${environment}`,
        environment,
        repository: 'vault',
        method: 'logical',
        kind: 'full',
      } as const;
      return fake.deps.store.backups.begin({ ...what, ...nothing, state: 'running', startedAt, seenAt: startedAt });
    },
    pass: async (seconds: number): Promise<void> => {
      now = now.add({ seconds });
      await fake.play(scenario);
    },
  };
}

const at = '2026-11-18T12:00:00Z';
const params = { name: 'acme-prod' };

describe('the recovery of an estate, by the API', () => {
  test('each environment stands as its drills say, with the eight parts and target against achieved (BKP-01, MET-12, MET-13)', async () => {
    const { api } = await serverAt(at);
    const { items } = await api.call(routes.listRecovery, {});
    expect(items.map(({ environment, state }) => [environment, state])).toEqual([
      ['acme-prod', 'verified'],
      ['polder-prod', 'expired'],
      ['savannah-prod', 'not-recoverable'],
      ['acme-training', 'no-backup'],
    ]);
    expect(items[0]?.coverage?.map(({ part }) => part)).toHaveLength(8);
    expect(items[2]?.coverage?.find(({ part }) => part === 'add-ons')?.isCovered).toBe(false);
    expect(items[1]?.domains[0]?.rpo).toMatchObject({ verdict: 'missed', targetSeconds: 300 });
    expect(items[2]?.domains[0]?.rto).toMatchObject({ verdict: 'missed', achievedSeconds: null });
    expect(items[3]).toMatchObject({ isRunning: true, coverage: null, lastBackup: null });
  });

  test('success rate and verified rate are two figures, and a plan that cannot keep its RPO is said to be infeasible (MET-11, DRP-02)', async () => {
    const { api } = await serverAt(at);
    const ask = (name: string) => api.call(routes.getRecovery, { params: { name }, query: { days: 90 } });
    const savannah = await ask('savannah-prod');
    expect(savannah.rates.successRatio).toBeCloseTo(27 / 28, 6);
    expect(savannah.rates.verifiedRatio).toBeLessThan(1);
    expect(savannah.rates.verified).toBe(savannah.rates.drilled - 1);
    const polder = await ask('polder-prod');
    expect(polder.rates.successRatio).toBe(1);
    expect(polder.feasibility.rpo).toMatchObject({ verdict: 'infeasible', isMeasured: true });
    expect(polder.nextDrill).toMatchObject({ isDue: true });
    expect(polder.recoveryKey).toMatchObject({ checkedAt: null, isDue: true, everySeconds: 180 * 86_400 });
    const acme = await ask('acme-prod');
    expect(acme.nextBackup).toMatchObject({ isDue: false, held: null });
    expect(acme.trend.length).toBeGreaterThan(8);
    expect(acme.trend.at(-1)?.phases.map(({ phase }) => phase)).toContain('restore-database');
  });

  test('restore points say what they hold, what proves them, and for how long any instant can be reached', async () => {
    const { api } = await serverAt(at);
    const { items } = await api.call(routes.listRestorePoints, { params });
    expect(items.map(({ consistentAt }) => consistentAt)).toEqual(
      items.map(({ consistentAt }) => consistentAt).toSorted(),
    );
    expect(items.filter(({ proof }) => proof?.state === 'verified').length).toBeGreaterThan(1);
    expect(items.at(-2)?.reachesUntil).toBe(items.at(-1)?.consistentAt);
    const { items: other } = await api.call(routes.listRestorePoints, { params: { name: 'polder-prod' } });
    expect(other.every(({ reachesUntil }) => reachesUntil === null)).toBe(true);
  });
});

describe('starting by hand, by the API', () => {
  test('a backup that is asked for is in the ledger, runs with its progress, and ends as a restore point', async () => {
    const { api, ledger, pass } = await serverAt(at);
    const { id } = await api.call(routes.startBackup, { params });
    expect((await ledger()).at(-1)).toMatchObject({ type: 'backup.requested', data: { backup: id } });
    await pass(60);
    const [run] = (await api.call(routes.listBackups, { params, query: { limit: 1 } })).items;
    expect(run).toMatchObject({ id, state: 'running', progress: { phase: 'filestore' } });
    await pass(600);
    const { items } = await api.call(routes.listRestorePoints, { params });
    expect(items.at(-1)?.id).toBe(id);
  });

  test('one whose writer died is not said to run for ever', async () => {
    const { api, begin } = await serverAt(at);
    const isRunning = async (name: string) =>
      (await api.call(routes.getRecovery, { params: { name }, query: { days: 90 } })).isRunning;
    await begin('savannah-prod', 599);
    expect(await isRunning('savannah-prod')).toBe(true);
    await begin('polder-prod', 601);
    expect(await isRunning('polder-prod')).toBe(false);
    const { items } = await api.call(routes.listRecovery, {});
    expect(items.filter((each) => each.isRunning).map(({ environment }) => environment)).toEqual([
      'savannah-prod',
      'acme-training',
    ]);
  });

  test('a drill that is asked for is in the ledger, and waited for until it is heard of', async () => {
    const { api, ledger, pass } = await serverAt(at);
    const recovery = () => api.call(routes.getRecovery, { params, query: { days: 90 } });
    const { items } = await api.call(routes.listRestorePoints, { params });
    const backup = items[3]?.id ?? '';
    const asked = await api.call(routes.startDrill, { params, body: { backup } });
    expect(asked.backup).toBe(backup);
    expect((await ledger()).at(-1)).toMatchObject({ type: 'drill.requested', data: { backup } });
    expect((await recovery()).drillRequestedAt).toBe(asked.requestedAt);
    await pass(60);
    expect(await recovery()).toMatchObject({ drillRequestedAt: null, state: 'verified' });
  });

  test('what cannot be is refused with the way out, and leaves no entry', async () => {
    const { api, ledger } = await serverAt(at);
    const before = (await ledger()).length;
    const drill = api.call(routes.startDrill, { params: { name: 'acme-training' }, body: {} });
    const problem = await drill.catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ status: 409, problem: { code: 'BACKUP_NONE' } });
    expect(await ledger()).toHaveLength(before);
  });
});
