import { expect, test } from 'vitest';
import type { DrillReport } from '../../../core/recovery/index.ts';
import { createOutput } from '../output.ts';
import { printDrill } from './drill.ts';

test('RST-03: a corrupt dump is shown as completed, not recoverable, with its reason', () => {
  const parts: string[] = [];
  const stream = { write: (text: string) => parts.push(text) };
  const output = createOutput({ isJson: false, hasColor: false, streams: { stdout: stream, stderr: stream } });
  const reasons = ['in phase fetch: toc.dat is altered'];
  const at = Temporal.Instant.from('2026-06-09T12:00Z');
  const report: DrillReport = {
    ...{ id: 'd1', environment: 'acme-prod', backup: 'b1', startedAt: at, finishedAt: at, phases: [], checks: [] },
    ...{ verdict: 'not-recoverable', reasons, rpoAchievedSeconds: 60, rtoAchievedSeconds: null },
  };
  printDrill(report, output);
  expect(parts.join('')).toMatch(
    /^completed, not recoverable {2}b1 {2}RPO achieved 1m, RTO achieved unknown\n {2}in phase fetch/,
  );
});
