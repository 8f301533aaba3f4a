import { environmentWith, instant } from '../test-estate.ts';
import type { RestoreView, RestoreWish } from './restore-plan.ts';

// An environment that serves, three dumps of it, and somebody who wants it back in its place.

export const now = instant('2026-11-21T12:00:00Z');
export const environment = environmentWith('objectives: { rpo: 1h, rto: 4h }');

const logical = ['2026-11-20T02:00:00Z', '2026-11-21T02:00:00Z', '2026-11-21T11:30:00Z'].map((at) => ({
  id: `backup-${at}`,
  consistentAt: instant(at),
  systemIdentifier: '7',
  isBeforeRestore: false,
}));

export const view: RestoreView = {
  now,
  logical,
  physical: undefined,
  systemIdentifier: '7',
  unarchivedSeconds: 60,
  source: 'serving',
  lastBusinessRowAt: instant('2026-11-21T11:59:00Z'),
  canTakeSafetyBackup: true,
  target: 'data',
  obstacle: undefined,
  freeBytes: undefined,
  unpackedBytes: new Map(),
};

export const wish: RestoreWish = {
  mode: 'in-place',
  target: 'acme-prod',
  at: undefined,
  backup: undefined,
  acceptLossSeconds: undefined,
  isLive: true,
  acceptsSecondLive: false,
  withoutSafetyBackup: false,
  runsJourneys: false,
  isReduced: false,
  isAnonymised: false,
};
