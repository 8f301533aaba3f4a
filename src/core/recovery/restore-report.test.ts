import { expect, test } from 'vitest';
import { judgeAchieved } from './restore-report.ts';

test('RST-04: the result of a restore shows RPO and RTO met or missed, each by itself', () => {
  const targets = { rpoSeconds: 300, rtoSeconds: 3_600, availabilityRatio: undefined };
  const judge = (rpoAchievedSeconds: number | null, rtoAchievedSeconds: number | null) =>
    judgeAchieved({ rpoAchievedSeconds, rtoAchievedSeconds }, targets);
  expect(judge(300, 3_601)).toEqual({ rpo: 'met', rto: 'missed' });
  expect(judge(301, 60)).toEqual({ rpo: 'missed', rto: 'met' });
  expect(judge(null, 60)).toEqual({ rpo: 'unknown', rto: 'met' });
  const none = { rpoSeconds: undefined, rtoSeconds: undefined, availabilityRatio: undefined };
  expect(judgeAchieved({ rpoAchievedSeconds: 1, rtoAchievedSeconds: 1 }, none)).toEqual({
    rpo: 'no-target',
    rto: 'no-target',
  });
});
