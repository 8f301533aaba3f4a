import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../adapters/memory/store.ts';
import { parseEstate } from '../core/estate/index.ts';
import { recordDeclarations } from './record-declarations.ts';
import { createEstateWatch } from './watch-estate.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');

function load(...stages: readonly string[]) {
  const environments = stages.map(
    (stage) =>
      `---\nkind: Environment\nname: my-${stage}\nstage: ${stage}\nplatform: host\nodoo: { version: "19.0", database: ${stage} }\n`,
  );
  const files = [{ path: 'estate.yaml', text: `kind: Estate\nname: test\n${environments.join('')}` }];
  const parsed = parseEstate(files);
  if (parsed.estate === undefined) throw new Error('the estate must be sound');
  return { ...parsed, estate: parsed.estate, files };
}

/** Runs the watch over successive states of the files; each sleep brings the next one. */
async function watched(...states: readonly ReturnType<typeof load>[]) {
  const store = createMemoryStore();
  const stop = new AbortController();
  const waiting = states.slice(1);
  const [first] = states;
  if (first === undefined) throw new Error('give at least one state');
  let current = first;
  const sleep = async (): Promise<void> => {
    const next = waiting.shift();
    if (next === undefined) stop.abort();
    else current = next;
  };
  const clock = { now: () => at, sleep };
  await createEstateWatch({ store, clock, load: async () => current, log: () => {} }, first).run(stop.signal);
  const open = await store.findings.list({ includeClosed: false, limit: 1_000 });
  const codesOf = (environment: string | null): readonly string[] =>
    [...new Set(open.filter((finding) => finding.environment === environment).map(({ code }) => code))].sort();
  return { store, codesOf };
}

describe('findings that the estate itself gives (EST-02, EST-03)', () => {
  test('are open for each environment and for the estate as a whole as soon as it is watched', async () => {
    const { codesOf } = await watched(load('production'));
    expect(codesOf('my-production')).toEqual(['NOT_WATCHED', 'PLATFORM_PART_MISSING', 'SINGLE_PRODUCTION_INSTANCE']);
    expect(codesOf(null)).toEqual(['TIER_MISSING']);
  });

  test('close when the files are mended, and only those', async () => {
    const { store, codesOf } = await watched(
      load('production'),
      load('production', 'staging'),
      load('production', 'staging', 'recovery-test'),
    );
    expect(codesOf(null)).toEqual([]);
    expect(codesOf('my-production')).toEqual(['NOT_WATCHED', 'PLATFORM_PART_MISSING']);
    const all = await store.findings.list({ includeClosed: true, limit: 1_000 });
    const closed = all.filter((finding) => finding.closedAt !== null).map(({ key }) => key);
    expect(closed.sort()).toEqual([
      'SINGLE_PRODUCTION_INSTANCE//my-production',
      'TIER_MISSING//recovery-test',
      'TIER_MISSING//staging',
    ]);
  });

  test('close with an environment that is no longer declared', async () => {
    const { store, codesOf } = await watched(load('production', 'development'), load('production'));
    expect(codesOf('my-development')).toEqual([]);
    const entries = (await store.ledger.tail({ limit: 1_000 })).filter(
      ({ type, data }) => type.startsWith('finding.') && data['environment'] === 'my-development',
    );
    const subjectsOf = (type: string) => entries.filter((entry) => entry.type === type).map(({ subject }) => subject);
    expect(subjectsOf('finding.opened').length).toBeGreaterThan(0);
    expect(subjectsOf('finding.closed').sort()).toEqual(subjectsOf('finding.opened').sort());
    expect(codesOf('my-production')).toContain('PLATFORM_PART_MISSING');
  });
});

describe('what is declared anew (OBS-07)', () => {
  const other = (text: string, change: (text: string) => string) => {
    const files = [{ path: 'estate.yaml', text: change(text) }];
    const parsed = parseEstate(files);
    if (parsed.estate === undefined) throw new Error('the estate must be sound');
    return { ...parsed, estate: parsed.estate, files };
  };
  const first = load('production', 'staging');
  const text = first.files[0]?.text ?? '';
  const changed = other(text, (before) => before.replace('database: production', 'database: acme'));
  const entriesOf = async (store: Awaited<ReturnType<typeof watched>>['store'], name: string) =>
    (await store.ledger.tail({ subject: `environment/${name}`, limit: 99 })).filter(
      ({ type }) => type === 'environment.declaration-changed',
    );

  test('stands in the ledger of its environment with what of it, and of no other; a comment is no change', async () => {
    const commented = other(changed.files[0]?.text ?? '', (before) => `# one line further down\n${before}`);
    const { store } = await watched(first, changed, commented);
    expect(await entriesOf(store, 'my-production')).toMatchObject([
      { data: { parts: ['odoo'], reason: 'declared anew: odoo' } },
    ]);
    expect(await entriesOf(store, 'my-staging')).toEqual([]);
  });
  test('is written once however many controllers read it, and again when it is taken back', async () => {
    const { store } = await watched(first, changed, first);
    expect(await entriesOf(store, 'my-production')).toHaveLength(2);
    const deps = { store, clock: { now: () => at } };
    const actor = { kind: 'controller', name: 'other' } as const;
    await recordDeclarations(deps, changed.estate, first.estate, actor);
    expect(await entriesOf(store, 'my-production')).toHaveLength(2);
    await recordDeclarations(deps, first.estate, changed.estate, actor);
    expect(await entriesOf(store, 'my-production')).toHaveLength(3);
  });
});
