import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../ledger/index.ts';
import { type ChangeDraft, changesSince, describeStep, latencySteps, type MakeUp } from './changes.ts';

const at = Temporal.Instant.from('2026-11-20T12:00:00Z');
const seen = (change: Partial<MakeUp> = {}): MakeUp => ({
  odooVersion: '19.0.1.3',
  modules: ['stock', 'base'],
  startedAt: { web: at },
  ...change,
});

/** The ledger after the drafts were written. */
const written = (...drafts: readonly ChangeDraft[]): readonly LedgerEntry[] =>
  drafts.map(({ type, data }, index) => ({
    sequence: index + 1,
    at,
    actor: { kind: 'controller', name: 'test' },
    type,
    subject: 'environment/acme-prod',
    data,
    previousHash: '',
    hash: '',
  }));

const reasons = (drafts: readonly ChangeDraft[]): readonly string[] => drafts.map(({ data }) => data.reason);

describe('changes that the observer sees (OBS-11)', () => {
  test('the first look says how the environment is made, and seeing the same again says nothing', () => {
    const first = changesSince(seen(), []);
    expect(first.map(({ type }) => type)).toEqual(['environment.software-seen', 'component.started']);
    expect(reasons(first)).toEqual(['Odoo 19.0.1.3 with 2 modules', 'web runs since 2026-11-20T12:00:00Z']);
    const same = seen({ modules: ['base', 'stock'], startedAt: { web: at.add({ milliseconds: 1_500 }) } });
    expect(changesSince(same, written(...first))).toEqual([]);
  });

  test('a version, an installed and a removed module are one change', () => {
    const later = seen({ odooVersion: '19.0.1.4', modules: ['base', 'delivery'] });
    const [change] = changesSince(later, written(...changesSince(seen(), [])));
    expect(change?.type).toBe('environment.software-changed');
    expect(change?.data.reason).toBe('Odoo 19.0.1.3 became 19.0.1.4; installed: delivery; removed: stock');
  });

  test('a component started anew is told, whether it crashed or was restarted, and only that one', () => {
    const before = written(...changesSince(seen({ startedAt: { web: at, postgres: at } }), []));
    const later = at.add({ seconds: 90 });
    const drafts = changesSince(seen({ startedAt: { web: later, postgres: at } }), before);
    expect(reasons(drafts)).toEqual(['web runs since 2026-11-20T12:01:30Z']);
  });

  test('what could not be seen is no change', () => {
    const before = written(...changesSince(seen(), []));
    expect(changesSince({ odooVersion: undefined, modules: undefined, startedAt: {} }, before)).toEqual([]);
  });
});

describe('steps in latency around a change (OBS-11)', () => {
  const level = (name: string, p95Seconds: number, count = 100) => ({ class: name, count, p95Seconds });

  test('what became clearly slower or faster, the largest first', () => {
    const before = [level('order-confirmation', 0.2), level('shipment-confirmation', 0.3), level('read', 0.1)];
    const after = [level('order-confirmation', 0.9), level('shipment-confirmation', 0.15), level('read', 0.12)];
    const steps = latencySteps(before, after);
    expect(steps.map((step) => step.class)).toEqual(['order-confirmation', 'shipment-confirmation']);
    expect(describeStep(steps[0] ?? { class: '', beforeSeconds: 0, afterSeconds: 0 })).toBe(
      'order-confirmation: p95 200ms before, 900ms after',
    );
  });

  test('few requests, tiny differences and classes of one side only are no steps', () => {
    expect(latencySteps([level('read', 0.1, 19)], [level('read', 5)])).toEqual([]);
    expect(latencySteps([level('read', 0.01)], [level('read', 0.03)])).toEqual([]);
    expect(latencySteps([level('read', 0.1)], [])).toEqual([]);
  });
});
