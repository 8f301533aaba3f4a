import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenStore } from '../../../test/recovery/broken-store.ts';
import { type DrillGround, openDrillGround } from '../../../test/recovery/drill-ground.ts';
import { backUpLab } from '../../../test/recovery/lab-backup.ts';
import { createWatchedTarget, restoreBeside, unusedParts } from '../../../test/recovery/watched-target.ts';
import { systemClock } from '../../adapters/clock/system-clock.ts';
import { readRecords } from '../../adapters/host/processes.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { createMemoryObjectStore } from '../../adapters/object-store/memory-object-store.ts';
import { createOdooAccess } from '../../adapters/odoo/access.ts';
import { createBackupRepository } from '../../adapters/repository/backup-repository.ts';
import { generateKeys } from '../../adapters/repository/memory-repository.ts';
import { createFileJourneyKeys } from '../../adapters/secrets/file-journey-keys.ts';
import { createSecret } from '../../core/kernel/index.ts';
import type { DrillReport } from '../../core/recovery/index.ts';
import { installJourneys } from '../journeys/install-journeys.ts';
import type { DrillDependencies } from './dependencies.ts';
import { runDrill } from './drill.ts';
import { faultMatrix, type SeededFault } from './fault-matrix.fixture.ts';
import { restore } from './restore.ts';

const outcomeOf = (report: DrillReport, name: string): string | undefined =>
  report.checks.find((check) => check.name === name)?.outcome;

let ground: DrillGround;
beforeAll(async () => {
  ground = await openDrillGround();
  await installSyntheticCompany(ground);
});
afterAll(() => ground.close());

/** As `plimsoll journey install` on the source, before the backup. */
async function installSyntheticCompany({ lab, database, environment }: DrillGround): Promise<void> {
  const odoo = await lab.bootOdoo({ database: database.name });
  const stateDirectory = await mkdtemp(join(tmpdir(), 'plimsoll-drill-keys-'));
  const access = createOdooAccess({ secrets: { resolve: async () => createSecret('lab', lab.apiKey) } });
  try {
    const connect = {
      ...environment.connect,
      odoo: { url: odoo.url, login: lab.login, apiKey: { source: 'env', name: 'LAB_KEY' } },
    } as const;
    await installJourneys({ odoo: access, keys: createFileJourneyKeys(stateDirectory) }, { ...environment, connect });
  } finally {
    access.close();
    await odoo.stop();
    await rm(stateDirectory, { recursive: true, force: true });
  }
}

/** What the servers of the one place that is there see of networks, by their names. */
async function networksOfPlace(): Promise<readonly (readonly [string, string, readonly string[]])[]> {
  const [name = ''] = await readdir(ground.root);
  const records = await readRecords(join(ground.root, name, 'run'));
  const ours = await readlink('/proc/self/ns/net');
  return Promise.all(
    records.map(async ({ name: server, pid }) => {
      const lines = async (file: string) => (await readFile(`/proc/${pid}/net/${file}`, 'utf8')).trim().split('\n');
      const interfaces = (await lines('dev')).slice(2).map((line) => line.trim().split(':')[0] ?? '');
      const routes = (await lines('route')).slice(1);
      const isApart = (await readlink(`/proc/${pid}/ns/net`)) !== ours;
      return [server, isApart ? 'apart' : 'ours', [...interfaces, ...routes]] as const;
    }),
  );
}

// A drill is a restore and a boot: half a minute, and more on a busy machine.
const limit = { timeout: 300_000 };

describe('a drill of a good backup (RST-01, RST-02, DRP-01)', limit, () => {
  test('ends verified: an Odoo served, its journeys wrote and passed, its data holds together, and nothing is left', async () => {
    const { addons } = ground.deps;
    const manifest = await backUpLab(ground.repository, ground.database, { manifest: (made) => ({ ...made, addons }) });
    const phases = new Set<string>();
    const { places } = ground.deps;
    const networks: (readonly [string, string, readonly string[]])[] = [];
    const create: typeof places.create = async (options) => {
      const place = await places.create(options);
      const boot: typeof place.boot = async (how) => {
        const served = await place.boot(how);
        networks.push(...(await networksOfPlace()));
        return served;
      };
      return { ...place, boot };
    };
    const deps = { ...ground.deps, places: { ...places, create } };
    const report = await runDrill(deps, ground.environment, { report: ({ phase }) => void phases.add(phase) });
    expect(report.reasons).toEqual([]);
    expect(report).toMatchObject({ verdict: 'verified', backup: manifest.id, environment: 'lab' });
    // The servers themselves have no route to the outside; what that keeps away, isolation.real.test.ts tries.
    expect(networks.toSorted()).toEqual([
      ['postgres', 'apart', ['lo']],
      ['web', 'apart', ['lo']],
    ]);
    expect(report.phases.map(({ phase }) => phase)).toEqual([
      'fetch',
      'restore-database',
      'restore-filestore',
      'neutralise',
      'boot',
      'journeys',
      'invariants',
      'teardown',
    ]);
    for (const journey of ['ship-order', 'receive-goods', 'portal-login', 'read-orders']) {
      expect(outcomeOf(report, `journey.${journey}`), journey).toBe('passed');
    }
    expect(report.checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(outcomeOf(report, 'software.add-ons')).toBe('passed');
    const total = report.finishedAt.since(report.startedAt).total('seconds');
    expect(report.rtoAchievedSeconds).toBeGreaterThan(1);
    expect(report.rtoAchievedSeconds).toBeLessThan(total);
    const sum = report.phases.reduce((seconds, phase) => seconds + phase.seconds, 0);
    expect(sum).toBeGreaterThan(0.8 * total);
    expect(sum).toBeLessThanOrEqual(total);
    // The synthetic company was just installed: the last business row is older than the backup, and not by much.
    expect(report.rpoAchievedSeconds).toBeGreaterThan(0);
    expect(report.rpoAchievedSeconds).toBeLessThan(3_600);
    await ground.expectNothingLeft();
  });
});

/** What a production has switched on, and this lab's database has not. */
const inProduction = [
  "update payment_provider set state = 'enabled' where id = (select min(id) from payment_provider)",
  'update delivery_carrier set prod_environment = true',
  "insert into fetchmail_server (name, server_type, state, active) values ('in', 'imap', 'done', true)",
  "update ir_act_server set state = 'webhook', webhook_url = 'https://hooks.example' where id = (select min(id) from ir_act_server)",
].map((sql) => ({ sql, values: [] }));

describe('without a guard', limit, () => {
  test('a copy that was not neutralised is found out and never started', async () => {
    await backUpLab(ground.repository, ground.database);
    const { places } = ground.deps;
    let booted = false;
    const careless: DrillDependencies = {
      ...ground.deps,
      places: {
        ...places,
        create: async (options) => {
          const place = await places.create(options);
          const boot = (): never => {
            booted = true;
            throw new Error('booted');
          };
          return { ...place, neutralise: () => place.change(inProduction), boot };
        },
      },
    };
    const report = await runDrill(careless, ground.environment);
    expect(booted).toBe(false);
    expect(report).toMatchObject({ verdict: 'inconclusive', rtoAchievedSeconds: null });
    const checks = report.checks.filter(({ name }) => name.startsWith('neutralised.'));
    expect(checks.map(({ name, outcome }) => [name.slice('neutralised.'.length), outcome])).toEqual(
      ['mark', 'crons', 'outgoing-mail', 'incoming-mail', 'payment', 'delivery', 'webhooks', 'identity'].map((what) => [
        what,
        'failed',
      ]),
    );
    await ground.expectNothingLeft();
  });
});

describe('RST-04: a restore without its neutralising', limit, () => {
  test('finds crons and mail alive, is refused, and puts nothing in place', async () => {
    const manifest = await backUpLab(ground.repository, ground.database);
    const { places } = ground.deps;
    let crons = 0;
    const create: typeof places.create = async (options) => {
      const place = await places.create(options);
      const neutralise = async (): Promise<void> => {
        const [row] = await place.database.query('select count(*)::int as crons from ir_cron where active', [], {
          timeoutSeconds: 60,
        });
        crons = Number(row?.['crons']);
      };
      return { ...place, neutralise };
    };
    const { target, done } = createWatchedTarget();
    const store = createMemoryStore();
    const deps = { ...ground.deps, ...unusedParts, places: { ...places, create }, target, store };
    const refused = restore(deps, restoreBeside(ground.environment, manifest));
    await expect(refused).rejects.toMatchObject({
      code: 'NOT_NEUTRALISED',
      message: expect.stringMatching(/was not put in place: .*neutralised\.crons.*neutralised\.outgoing-mail/),
    });
    // Otherwise nothing was proven: they were on.
    expect(crons).toBeGreaterThan(3);
    expect(done).toEqual([]);
    const entries = await store.ledger.tail({ limit: 10 });
    expect(entries.map(({ type }) => type)).toContain('restore.failed');
    await ground.expectNothingLeft();
  });
});

describe('the fault matrix (BKP-08, RST-03)', limit, () => {
  const groups = [...Map.groupBy(faultMatrix, ({ group }) => group)];

  test.each(groups)('%s: every fault is found, and named', async (_group, faults) => {
    const report = await drillOf(faults);
    expect(report.verdict, report.reasons.join('\n')).toBe('not-recoverable');
    const told = [
      ...report.reasons,
      ...report.checks.flatMap(({ name, detail, evidence }) => [
        `${name}: ${detail}, first ${evidence[0]}`,
        ...evidence,
      ]),
    ];
    for (const { name, named } of faults) expect(told.join('\n'), name).toMatch(named);
    const isOfFiles = faults.every(({ group }) => group === 'filestore objects in the repository');
    if (isOfFiles)
      expect(report.checks.find(({ name }) => name === 'filestore.readable')?.evidence).toHaveLength(faults.length);
    await ground.expectNothingLeft();
  });

  async function drillOf(faults: readonly SeededFault[]): Promise<DrillReport> {
    const source = await ground.lab.createDatabase();
    const sql = postgres(source.url, { max: 1, onnotice: () => {} });
    try {
      for (const fault of faults) await fault.database?.(sql);
      await sql.end();
      const store = createMemoryObjectStore(systemClock);
      const keys = await generateKeys();
      const repository = createBackupRepository({ name: 'matrix', store, clock: systemClock, ...keys });
      const taken = faults.find((fault) => fault.taken !== undefined)?.taken ?? {};
      const manifest = await backUpLab(repository, source, taken);
      const broken = await brokenStore(store, keys, repository, manifest);
      for (const fault of faults) await fault.stored?.(broken.store);
      const environment = { ...ground.environment, odoo: { ...ground.environment.odoo, database: source.name } };
      return await runDrill({ ...ground.deps, repository: broken.repository() }, environment);
    } finally {
      await sql.end();
      await source.drop();
    }
  }
});
