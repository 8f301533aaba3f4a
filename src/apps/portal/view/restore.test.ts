import { describe, expect, test } from 'vitest';
import type { RestorePreview } from './resources.ts';
import { agreementsOf, planSentences } from './restore.ts';

const now = Temporal.Instant.from('2026-11-21T12:15:00Z');
const gib = 1024 ** 3;
const plan: NonNullable<RestorePreview['plan']> = {
  backup: '20261121T020000Z-physical-9f3a1c',
  method: 'physical',
  reachesAt: '2026-11-21T12:03:20Z',
  offSeconds: 0,
  why: 'the log is replayed',
  lossSeconds: 720,
  neededBytes: 62 * gib,
  takesSafetyBackup: true,
  steps: [],
};
const preview: RestorePreview = {
  mode: 'in-place',
  target: 'acme-prod',
  lookedAt: '2026-11-21T12:15:00Z',
  plan,
  rpoSeconds: 300,
  lastBusinessRowAt: '2026-11-21T12:15:20Z',
  freeBytes: 412 * gib,
  agreements: [],
  refusals: [],
};
const sentences = (changes: Partial<RestorePreview> = {}): string =>
  planSentences({ ...preview, ...changes }, now, 'Europe/Amsterdam').join('\n');

describe('what a restore would do, in plain words', () => {
  test('what comes back in the zone of the site, what is lost against what is allowed, and the room', () => {
    expect(sentences()).toMatch(/^You get back .*13:03:20.*2026-11-21 12:03:20 UTC/);
    expect(sentences()).toContain('What was written in the 12 min after is lost. The tier allows 5 min.');
    expect(sentences()).toContain('What is there now is backed up first, so that this can be undone.');
    expect(sentences()).toContain('It takes 62 GiB on the machine, where 412 GiB are free.');
  });

  test('beside its source nothing is lost, and it is said to be neutralised', () => {
    const beside = sentences({ mode: 'new', target: 'acme-rescue', plan: { ...plan, lossSeconds: null } });
    expect(beside).not.toContain('lost');
    expect(beside).toContain('acme-rescue is neutralised');
  });

  test('an instant that is not reached exactly is said to be so, and no loss to be none', () => {
    expect(sentences({ plan: { ...plan, offSeconds: 3_660 } })).toContain('1 h 01 min before the instant you chose');
    expect(sentences({ plan: { ...plan, lossSeconds: 0 } })).toContain('Nothing that was written is lost.');
    expect(sentences({ plan: null })).toBe('');
  });
});

test('two reasons about loss are one question with the greater loss; going without a safety backup is another', () => {
  const loss = (code: string, acknowledgeLossSeconds: number) => ({
    code,
    message: '',
    hint: '',
    acknowledgeLossSeconds,
  });
  const asked = agreementsOf({
    ...preview,
    agreements: [
      loss('INSTANT_NOT_EXACT', 1_500),
      loss('LOSS_EXCEEDS_RPO', 1_620),
      { code: 'NO_SAFETY_BACKUP', message: 'It cannot be backed up.', hint: '', acknowledgeLossSeconds: null },
    ],
  });
  expect(asked.map(({ kind, body }) => [kind, body])).toEqual([
    ['loss', { acknowledgeLossSeconds: 1_620 }],
    ['no-safety-backup', { withoutSafetyBackup: true }],
  ]);
});
