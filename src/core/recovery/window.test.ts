import { expect, test } from 'vitest';
import { exampleManifest, examplePhysical } from '../../ports/backup-manifest.fixture.ts';
import { physicalFor, reachableWindow } from './window.ts';

const hour = (number: number): Temporal.Instant =>
  Temporal.Instant.from(`2026-11-21T${String(number).padStart(2, '0')}:00:00Z`);

const taken = (at: number) =>
  exampleManifest({
    id: `20261121T${String(at).padStart(2, '0')}0000Z-physical-1`,
    consistentAt: hour(at).add({ minutes: 10 }),
    database: examplePhysical({ reachableFrom: hour(at).add({ minutes: 5 }), label: `label-${at}` }),
  });
const manifests = [taken(8), exampleManifest(), taken(10)];

test('BKP-03: the window goes from the end of the first physical backup to the last instant that has its files', () => {
  expect(reachableWindow(manifests)).toEqual({
    earliest: hour(8).add({ minutes: 5 }),
    latest: hour(10).add({ minutes: 10 }),
  });
  expect(reachableWindow(manifests, { at: hour(11) })?.latest).toEqual(hour(11));
  expect(reachableWindow([exampleManifest()], { at: hour(11) })).toBeUndefined();
});

test('RST-05: an instant is restored from the newest backup that was whole by then, and never from one that was not', () => {
  const labelFor = (at: Temporal.Instant) => physicalFor(manifests, at)?.database.label;
  expect(labelFor(hour(8).add({ minutes: 4 }))).toBeUndefined();
  expect(labelFor(hour(8).add({ minutes: 5 }))).toBe('label-8');
  expect(labelFor(hour(10))).toBe('label-8');
  expect(labelFor(hour(12))).toBe('label-10');
});
