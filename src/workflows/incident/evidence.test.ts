import { describe, expect, test } from 'vitest';
import { estate, now } from '../../../test/alert/alert-ground.ts';
import { createMemoryStore } from '../../adapters/memory/store.ts';
import { exampleAlert } from '../../ports/alert-store.contract.ts';
import { exampleIncident } from '../../ports/incident-store.contract.ts';
import { workOnIncident } from './act.ts';

const ada = { kind: 'user', name: 'ada' } as const;
const action = {
  id: 'a1',
  text: 'End them',
  owner: 'platform',
  due: null,
  evidence: null,
  closedBy: null,
  closedAt: null,
};

/** An incident in review with one open action, one alert and one entry in the ledger. */
async function inReview() {
  const store = createMemoryStore();
  const incident = exampleIncident({ state: 'review', review: { summary: 'So it was.', actions: [action] } });
  const alert = exampleAlert();
  await store.incidents.put([incident]);
  await store.alerts.put([alert]);
  await store.ledger.append({ actor: ada, type: 'release.deployed', subject: 'environment/acme', data: {} }, now);
  const deps = { store, clock: { now: () => now }, estate: () => estate, newId: () => 'new' };
  const close = (evidence: string) =>
    workOnIncident(deps, incident.id, { do: 'close-action', id: 'a1', evidence }, ada);
  const isOpen = async () => (await store.incidents.get(incident.id))?.review.actions[0]?.closedAt === null;
  return { store, incident, alert, close, isOpen };
}

describe('evidence (INC-06)', () => {
  test.each(['ledger/4711', 'ledger/x', 'drill/none', 'finding/none', 'alert/none', 'journey/none'])(
    '%s, which is not there, keeps the action open, and the refusal is in the ledger',
    async (evidence) => {
      const { store, incident, close, isOpen } = await inReview();
      expect(await close(evidence)).toMatchObject({ kind: 'refused', reasons: [{ code: 'EVIDENCE_UNKNOWN' }] });
      expect(await isOpen()).toBe(true);
      const [entry] = await store.ledger.tail({ subject: `incident/${incident.id}`, limit: 1 });
      expect(entry?.type).toBe('incident.refused');
    },
  );
  test('a record that is there closes it, and so does an address, which nobody opens', async () => {
    const { close, isOpen } = await inReview();
    expect(await close('ledger/1')).toMatchObject({ kind: 'done' });
    expect(await isOpen()).toBe(false);
    const other = await inReview();
    expect(await other.close(` alert/${other.alert.id} `)).toMatchObject({ kind: 'done' });
    const elsewhere = await inReview();
    expect(await elsewhere.close('https://git.northsea.example/ops/-/issues/118')).toMatchObject({ kind: 'done' });
  });
});
