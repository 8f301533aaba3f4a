import { expect, test } from 'vitest';
import { drillEvidence } from './drill-evidence.ts';
import { drillAt } from './test-estate.ts';

const day = 86_400;

test('RST-06: a drill yields one dated statement, which expires when the next is due and names its reservations', () => {
  const report = drillAt('2026-06-09T12:00Z', {
    checks: [
      { name: 'stock.quants-agree', outcome: 'passed', detail: '', evidence: [] },
      { name: 'software.add-ons', outcome: 'warning', detail: 'other add-ons', evidence: ['/srv/addons was …'] },
    ],
  });
  const { statement, text, expiresAt } = drillEvidence(report, 7 * day);
  expect(statement).toMatchObject({
    verdict: 'verified',
    failed: [],
    warnings: ['software.add-ons: other add-ons, first /srv/addons was …'],
    finishedAt: report.finishedAt.toString(),
    expiresAt: expiresAt.toString(),
  });
  expect(expiresAt.since(report.finishedAt).total('seconds')).toBe(7 * day);
  expect(JSON.parse(text)).toEqual(statement);
});
