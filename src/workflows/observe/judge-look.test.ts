import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { type Environment, parseEstate } from '../../core/estate/index.ts';
import { judgeLook } from './judge-look.ts';

const text = `kind: Estate
name: lab
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar:
  - { name: black-friday, kind: peak, rule: "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=27", lasts: 1d, profile: peak-season }
---
kind: Environment
name: lab
stage: staging
platform: host
sites: [rotterdam-dc]
odoo: { version: "19.0", database: lab }
thresholds: { pickingsLateUnhealthy: 20 }
peakThresholds: { peak-season: { pickingsLateUnhealthy: 90 } }
`;
const [declared] = parseEstate([{ path: 'estate.yaml', text }]).estate?.environments ?? [];
if (declared === undefined) throw new Error('the estate must be sound');

/** What is said of forty late transfers at an instant. */
async function saidAt(environment: Environment, at: string): Promise<readonly string[]> {
  const now = Temporal.Instant.from(at);
  const labels = { warehouse: 'WH', direction: 'outgoing' };
  const samples = [{ environment: 'lab', metric: 'odoo_picking_late_count', labels, at: now, value: 40 }];
  const observation = {
    ...{ environment: 'lab', at: now, collectors: [], samples, endpoints: [], locks: undefined, crons: [] },
    ...{ latencies: [], processes: undefined, unreadTables: [], unreadIndicators: [] },
  };
  const deps = { clock: { now: () => now }, services: [], store: createMemoryStore(), nextCutOffs: () => [] };
  const { business } = await judgeLook(deps as unknown as Parameters<typeof judgeLook>[0], environment, {
    observation,
  });
  return business.reasons.map(({ code, health }) => `${code} ${health}`);
}

describe('a look is judged by the thresholds that hold then (SLO-07)', () => {
  test.each([
    ['2026-11-26T22:59:59Z', true],
    ['2026-11-26T23:00:00Z', false],
    ['2026-11-27T22:59:59Z', false],
    ['2026-11-27T23:00:00Z', true],
  ])('forty late transfers at %s are too many: %s', async (at, isTooMany) => {
    expect((await saidAt(declared, at)).includes('BACKLOG_LATE unhealthy')).toBe(isTooMany);
  });
  test('without thresholds for that peak the usual ones hold in it too', async () => {
    const plain = { ...declared, peakThresholds: undefined };
    expect(await saidAt(plain, '2026-11-27T12:00:00Z')).toContain('BACKLOG_LATE unhealthy');
  });
});
