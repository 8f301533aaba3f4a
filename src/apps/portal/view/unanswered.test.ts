import { expect, test } from 'vitest';
import { groupUnanswered } from './unanswered.ts';

test('signals about one thing that lack the same are one line, what nobody is told of first (OPM-07)', () => {
  const groups = groupUnanswered([
    { code: 'REDIS_DOWN', about: 'acme-prod', lacks: ['runbook'] },
    { code: 'MAIL_STUCK', about: 'acme-prod', lacks: ['runbook'] },
    { code: 'REDIS_DOWN', about: 'beta-prod', lacks: ['owner', 'runbook'] },
    { code: 'CUT_OFF_AT_RISK', about: 'acme-prod', lacks: ['owner'] },
  ]);
  expect(groups).toEqual([
    { about: 'acme-prod', lacks: ['owner'], codes: ['CUT_OFF_AT_RISK'] },
    { about: 'beta-prod', lacks: ['owner', 'runbook'], codes: ['REDIS_DOWN'] },
    { about: 'acme-prod', lacks: ['runbook'], codes: ['MAIL_STUCK', 'REDIS_DOWN'] },
  ]);
});
