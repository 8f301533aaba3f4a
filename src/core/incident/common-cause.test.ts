import { describe, expect, test } from 'vitest';
import { lock, now } from '../../../test/alert/alert-ground.ts';
import { carrierGone, databaseGone, shared, sharedBetweenTeams, waitingIn } from '../../../test/alert/shared-ground.ts';
import {
  type Alert,
  type AlertSignal,
  acknowledge,
  commonCauseSeconds,
  draftAlerts,
  planAlerts,
} from '../alert/index.ts';
import { type Incident, planIncidents, templatesFor } from './index.ts';

const later = (seconds: number): Temporal.Instant => now.add({ seconds });

/** Looks, one after the other, over what signals at each; who was told in each, and what is there in the end. */
function look(looks: readonly { readonly at: number; readonly signals: readonly AlertSignal[] }[], estate = shared) {
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `id-${ids}`;
  };
  let alerts: readonly Alert[] = [];
  let incidents: readonly Incident[] = [];
  const told: string[][] = [];
  const exposures = [waitingIn('acme-prod', 214), waitingIn('beta-prod', 40), waitingIn('gamma-prod', 6)];
  for (const { at, signals } of looks) {
    const drafts = draftAlerts({ estate, signals, exposures, now: later(at) });
    const open = alerts.filter(({ resolvedAt }) => resolvedAt === null);
    const steps = planAlerts(open, drafts, estate, later(at), newId);
    told.push(steps.flatMap(({ alert, notices }) => notices.map(({ kind }) => `${alert.environment} ${kind}`)));
    const after = new Map([...open, ...steps.map(({ alert }) => alert)].map((each) => [each.id, each]));
    const underWay = incidents.filter(({ state }) => state === 'open' || state === 'acknowledged');
    const planned = planIncidents(underWay, [...after.values()], () => [], later(at), newId);
    const joined = new Map(planned.flatMap(({ incident, joined: those }) => those.map((id) => [id, incident.id])));
    const stepped = new Map(planned.map(({ incident }) => [incident.id, incident]));
    incidents = [...incidents.filter(({ id }) => !stepped.has(id)), ...stepped.values()];
    alerts = [...after.values()].map((each) => ({ ...each, incident: joined.get(each.id) ?? each.incident }));
  }
  return { alerts, incidents, told };
}

describe('trouble of several environments with one cause is one incident (INC-01)', () => {
  test('a database server that two share: one incident, one page, and what both lose adds up (INC-04)', () => {
    const both = [databaseGone('acme-prod'), databaseGone('beta-prod', 4)];
    const { incidents, told } = look([
      { at: 0, signals: both.slice(0, 1) },
      { at: 5, signals: both },
    ]);
    expect(told).toEqual([['acme-prod firing'], []]);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      ...{ environment: 'acme-prod', environments: ['acme-prod', 'beta-prod'] },
      holds: ['within/acme-prod', 'server/db-1'],
      impact: {
        itemsAtRisk: 254,
        sentence: expect.stringMatching(/^acme-prod: Rotterdam: 214 parcels .*; beta-prod: Rotterdam: 40 parcels /),
      },
    });
    expect(incidents[0]?.impacts.map(({ environment, itemsAtRisk }) => [environment, itemsAtRisk])).toEqual([
      ['acme-prod', 214],
      ['beta-prod', 40],
    ]);
  });
  test('both in the same look page once too, and another server at the same moment is another incident', () => {
    const all = ['acme-prod', 'beta-prod', 'gamma-prod'].map((name) => databaseGone(name));
    const { incidents, told } = look([{ at: 0, signals: all }]);
    expect(told).toEqual([['acme-prod firing', 'gamma-prod firing']]);
    expect(incidents.map(({ environments }) => environments)).toEqual([['acme-prod', 'beta-prod'], ['gamma-prod']]);
  });
  test('a carrier that fails for everybody is one, however much later one of them notices', () => {
    const all = [carrierGone('acme-prod'), carrierGone('gamma-prod', 7_200)];
    const { incidents, told } = look([
      { at: 0, signals: all.slice(0, 1) },
      { at: 7_200, signals: all },
    ]);
    expect(told.flat()).not.toContain('gamma-prod firing');
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ boundary: 'partner', environments: ['acme-prod', 'gamma-prod'] });
  });
  test('what has another cause stays apart: a lock beside a carrier, and a server that failed for one long before', () => {
    const apart = [carrierGone('acme-prod'), lock({ environment: 'beta-prod' })];
    expect(look([{ at: 0, signals: apart }]).incidents).toHaveLength(2);
    const late = commonCauseSeconds + 60;
    const [first, second] = [databaseGone('acme-prod'), databaseGone('beta-prod', late)];
    const { incidents, told } = look([
      { at: 0, signals: [first] },
      { at: late, signals: [first, second] },
    ]);
    expect(incidents).toHaveLength(2);
    expect(told[1]).toContain('beta-prod firing');
    expect(incidents[1]?.holds).toEqual(['within/beta-prod']);
  });
  test('another team is called for what is theirs, into the same incident', () => {
    const both = [databaseGone('acme-prod'), databaseGone('beta-prod')];
    const { incidents, told } = look([{ at: 0, signals: both }], sharedBetweenTeams);
    expect(told).toEqual([['acme-prod firing', 'beta-prod firing']]);
    expect(incidents).toHaveLength(1);
  });
  test('it is over when it is over everywhere, and what outlives the one that led calls by itself', () => {
    const both = [databaseGone('acme-prod'), databaseGone('beta-prod')];
    const rest = both.slice(1);
    const ended = [5, 55].map((at) => ({ at, signals: rest }));
    const half = look([{ at: 0, signals: both }, ...ended]);
    expect(half.told).toEqual([['acme-prod firing'], [], ['acme-prod resolved']]);
    expect(half.incidents).toMatchObject([{ state: 'open' }]);
    const still = look([{ at: 0, signals: both }, ...ended, ...[60, 700].map((at) => ({ at, signals: rest }))]);
    expect(still.told.at(-1)).toEqual(['beta-prod firing']);
    const over = look([{ at: 0, signals: both }, ...[5, 60].map((at) => ({ at, signals: [] }))]);
    expect(over.incidents).toMatchObject([{ state: 'review', holds: [], recoveredAt: later(5) }]);
  });
  test('what was taken with its incident before anybody was told of it calls nobody', () => {
    const both = [databaseGone('acme-prod'), databaseGone('beta-prod')];
    const { alerts } = look([{ at: 0, signals: both }]);
    const taken = alerts.map((alert) => acknowledge(alert, 'ada', later(30)));
    const drafts = draftAlerts({ estate: shared, signals: both.slice(1), exposures: [], now: later(2_000) });
    const beta = taken.filter(({ environment }) => environment === 'beta-prod');
    const [step] = planAlerts(beta, drafts, shared, later(2_000), () => 'new');
    expect(step?.alert.partOf).toBeNull();
    expect(step?.notices).toEqual([]);
  });
  test('an environment that another needs, and a machine that Prometheus names', () => {
    const needing = {
      ...shared,
      environments: shared.environments.map((each) =>
        each.name === 'gamma-prod' ? { ...each, dependsOn: ['acme-prod'] } : each,
      ),
    };
    const stands = (environment: string) => lock({ environment, code: 'JOURNEY_FAILED', subject: 'ship-order' });
    expect(look([{ at: 0, signals: ['acme-prod', 'gamma-prod'].map(stands) }], needing).incidents).toHaveLength(1);
    expect(look([{ at: 0, signals: ['acme-prod', 'gamma-prod'].map(stands) }]).incidents).toHaveLength(2);
    const host = carrierGone('acme-prod');
    const down = {
      ...host,
      environment: null,
      theme: 'alertmanager/HostDown',
      subject: 'db-1:9100',
      evidence: { severity: 'page' },
    };
    const { incidents } = look([{ at: 0, signals: [down, databaseGone('beta-prod')] }]);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.environments).toEqual(['beta-prod']);
  });
  test('one customer is not told what another loses (INC-06)', () => {
    const { incidents } = look([{ at: 0, signals: [databaseGone('acme-prod'), databaseGone('beta-prod')] }]);
    const [wide] = incidents;
    if (wide === undefined) throw new Error('no incident');
    const toCustomers = templatesFor(wide, 'Europe/Amsterdam').find(({ audience }) => audience === 'customers');
    expect(toCustomers?.text).not.toMatch(/parcels/);
    const alone = { ...wide, environments: ['acme-prod'] };
    expect(templatesFor(alone, 'Europe/Amsterdam').find(({ audience }) => audience === 'customers')?.text).toMatch(
      /parcels/,
    );
  });
});
