import { describe, expect, test } from 'vitest';
import type { Actor, LedgerDraft } from '../core/ledger/index.ts';
import type { FindingDraft } from '../core/observe/index.ts';
import { describeAccessRecords } from './access-store.contract.ts';
import { describeAlertStore } from './alert-store.contract.ts';
import { describeBackupChecks } from './backup-check-store.contract.ts';
import { describeCopyStore } from './copy-store.contract.ts';
import { describeDrillStore } from './drill-store.contract.ts';
import { describeIncidentStore } from './incident-store.contract.ts';
import { describeJourneyStore } from './journey-store.contract.ts';
import { describeObjectiveStore } from './objective-store.contract.ts';
import { describeBackupRuns } from './recovery-store.contract.ts';
import type { Store } from './store.ts';
import { describeRecoveryTasks } from './task-store.contract.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');
const later = at.add({ minutes: 1 });
const actor: Actor = { kind: 'cli', name: 'tester' };

function draft(subject: string, data: LedgerDraft['data'] = {}): LedgerDraft {
  return { actor, type: 'test.happened', subject, data };
}

function finding(key: string, reason = 'It is late.'): FindingDraft {
  return {
    key,
    code: 'CRON_OVERDUE',
    severity: 'warning',
    environment: 'acme',
    subject: `cron/${key}`,
    reason,
    action: 'Look.',
    evidence: { overdueSeconds: 12.5, name: null },
  };
}

/** What every store promises. Each test gets a store of its own. */
export function describeStore(name: string, create: () => Promise<Store>): void {
  describe(`the store contract: ${name}`, () => {
    describeLedger(create);
    describeFindings(create);
    describeRecords(create);
    describeDrillStore(create);
    describeJourneyStore(create);
    describeObjectiveStore(create);
    describeAlertStore(create);
    describeIncidentStore(create);
    describeCopyStore(create);
    describeBackupRuns(create);
    describeBackupChecks(create);
    describeRecoveryTasks(create);
    describeEvents(create);
    describeAccessRecords(create);
    describeTransactions(create);
  });
}

function describeLedger(create: () => Promise<Store>): void {
  test('ledger entries are numbered from one, chained, and read back as they were written', async () => {
    const store = await create();
    const first = await store.ledger.append(draft('a', { text: 'é\u2028"', count: 1e21, nested: [null, true] }), at);
    const second = await store.ledger.append(draft('b'), later);
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    expect(first.previousHash).toBe('0'.repeat(64));
    expect(second.previousHash).toBe(first.hash);
    expect(first.at.toString()).toBe(at.toString());
    expect(await store.ledger.read({ afterSequence: 0, limit: 10 })).toEqual([first, second]);
    expect(await store.ledger.read({ afterSequence: 1, limit: 10 })).toEqual([second]);
    expect(await store.ledger.tail({ limit: 1 })).toEqual([second]);
    expect(await store.ledger.tail({ limit: 9, subject: 'a' })).toEqual([first]);
    expect(await store.ledger.tail({ limit: 9, subject: 'a', type: first.type })).toEqual([first]);
    expect(await store.ledger.tail({ limit: 9, type: 'something.else' })).toEqual([]);
    expect(await store.ledger.head()).toEqual({ sequence: 2, hash: second.hash });
  });

  test('appending to the ledger from many sides at once leaves one unbroken chain', async () => {
    const store = await create();
    await Promise.all(Array.from({ length: 20 }, (_, index) => store.ledger.append(draft(`s${index}`), at)));
    const entries = await store.ledger.read({ afterSequence: 0, limit: 100 });
    expect(entries.map((entry) => entry.sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    for (const [index, entry] of entries.entries()) {
      expect(entry.previousHash).toBe(entries[index - 1]?.hash ?? '0'.repeat(64));
    }
  });

  test('text from outside that a database would choke on is still recorded', async () => {
    const store = await create();
    const entry = await store.ledger.append(draft('odd\0', { text: 'a\0b\ud800' }), at);
    expect(await store.ledger.read({ afterSequence: 0, limit: 1 })).toEqual([entry]);
  });
}

function describeFindings(create: () => Promise<Store>): void {
  const scope = { source: 'health', environment: 'acme' };

  test('a finding opens once, stays the same while it is seen, and closes when it is gone', async () => {
    const store = await create();
    const first = await store.findings.reconcile(scope, [finding('one'), finding('two')], at);
    expect(first.opened.map((each) => each.key).sort()).toEqual(['one', 'two']);
    const second = await store.findings.reconcile(scope, [finding('one', 'Later still.')], later);
    expect(second.opened).toEqual([]);
    expect(second.closed.map((each) => each.key)).toEqual(['two']);
    const open = await store.findings.list({ environment: 'acme', includeClosed: false, limit: 10 });
    expect(open).toHaveLength(1);
    expect(open[0]).toMatchObject({ key: 'one', reason: 'Later still.', closedAt: null });
    expect(open[0]?.openedAt.equals(at)).toBe(true);
    expect(open[0]?.lastSeenAt.equals(later)).toBe(true);
    const all = await store.findings.list({ includeClosed: true, limit: 10 });
    expect(all.map((each) => each.key)).toEqual(['one', 'two']);
    const id = open[0]?.id ?? '';
    expect(await store.findings.get(id)).toEqual(open[0]);
    expect(await store.findings.get('no-such-id')).toBeUndefined();
  });

  test('a finding that comes back is a new finding', async () => {
    const store = await create();
    const [before] = (await store.findings.reconcile(scope, [finding('one')], at)).opened;
    await store.findings.reconcile(scope, [], later);
    const [after] = (await store.findings.reconcile(scope, [finding('one')], later.add({ minutes: 1 }))).opened;
    expect(after?.id).not.toBe(before?.id);
  });

  test('a source closes only its own findings, and only of the environment it looked at', async () => {
    const store = await create();
    await store.findings.reconcile(scope, [finding('one')], at);
    await store.findings.reconcile({ source: 'estate', environment: null }, [finding('whole')], at);
    expect(await store.findings.openCounts()).toEqual(new Map([['acme', 1]]));
    expect((await store.findings.reconcile({ source: 'collector', environment: 'acme' }, [], later)).closed).toEqual(
      [],
    );
    expect((await store.findings.reconcile({ source: 'health', environment: 'other' }, [], later)).closed).toEqual([]);
    expect((await store.findings.reconcile({ source: 'estate', environment: null }, [], later)).closed).toHaveLength(1);
  });

  test('two looks at once open a finding once', async () => {
    const store = await create();
    const looks = await Promise.all([1, 2, 3, 4].map(() => store.findings.reconcile(scope, [finding('one')], at)));
    expect(looks.flatMap((look) => look.opened)).toHaveLength(1);
  });
}

function describeRecords(create: () => Promise<Store>): void {
  test('health is kept per environment, and an older verdict never replaces a newer one', async () => {
    const store = await create();
    const reason = {
      code: 'TABLE_LOCKED',
      health: 'unhealthy' as const,
      summary: 'stock_picking is locked.',
      subject: 'stock_picking',
      services: ['ship'],
      evidence: { pid: 7 },
      action: 'End the blocker.',
    };
    const sick = {
      environment: 'acme',
      business: { health: 'unhealthy' as const, reasons: [reason] },
      infrastructure: { health: 'healthy' as const, reasons: [] },
      judgedAt: later,
    };
    await store.health.put(sick);
    await store.health.put({ ...sick, business: { health: 'healthy', reasons: [] }, judgedAt: at });
    expect(await store.health.get('acme')).toEqual(sick);
    expect(await store.health.list()).toEqual([sick]);
    await store.health.put({ ...sick, environment: 'other' });
    expect((await store.health.list(['other', 'nobody'])).map(({ environment }) => environment)).toEqual(['other']);
    expect(await store.health.list([])).toEqual([]);
    expect(await store.health.get('nobody')).toBeUndefined();
  });

  test('lifecycle states are kept by environment', async () => {
    const store = await create();
    expect(await store.lifecycle.get('acme')).toBeUndefined();
    await store.lifecycle.set('acme', 'requested', at);
    await store.lifecycle.set('acme', 'provisioned', later);
    expect(await store.lifecycle.get('acme')).toBe('provisioned');
    expect(await store.lifecycle.list()).toEqual(new Map([['acme', 'provisioned']]));
  });
}

function describeEvents(create: () => Promise<Store>): void {
  const event = (subject: string) => ({ type: 'dev.plimsoll.health.judged', subject, data: { health: 'healthy' } });

  test('events are read in order from any point and forgotten when old', async () => {
    const store = await create();
    expect(await store.events.bounds()).toEqual({ oldestId: 0, newestId: 0 });
    await store.events.append([event('a'), event('b')], at);
    await store.events.append([event('c')], later);
    const all = await store.events.read({ afterId: 0, limit: 10 });
    expect(all.map((each) => each.subject)).toEqual(['a', 'b', 'c']);
    expect(await store.events.read({ afterId: all[0]?.id ?? 0, limit: 1 })).toEqual([all[1]]);
    expect(await store.events.prune(later)).toBe(2);
    expect(await store.events.bounds()).toEqual({ oldestId: all[2]?.id, newestId: all[2]?.id });
  });
}

function describeTransactions(create: () => Promise<Store>): void {
  test('what one transaction writes becomes true together or not at all', async () => {
    const store = await create();
    const failing = store.transaction(async (inside) => {
      await inside.lifecycle.set('acme', 'active', at);
      await inside.ledger.append(draft('environment/acme'), at);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await store.lifecycle.get('acme')).toBeUndefined();
    expect(await store.ledger.tail({ limit: 10 })).toEqual([]);
    const entry = await store.transaction(async (inside) => {
      await inside.lifecycle.set('acme', 'active', at);
      return inside.transaction((same) => same.ledger.append(draft('environment/acme'), at));
    });
    expect(await store.lifecycle.get('acme')).toBe('active');
    expect(await store.ledger.tail({ limit: 10 })).toEqual([entry]);
  });

  test('two transactions that read a lifecycle state and change it do so one after the other', async () => {
    const store = await create();
    const step = () =>
      store.transaction(async (inside) => {
        const before = await inside.lifecycle.get('acme');
        await inside.lifecycle.set('acme', before === undefined ? 'requested' : 'provisioned', at);
        return before;
      });
    expect((await Promise.all([step(), step()])).sort()).toEqual(['requested', undefined]);
  });
}
