import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../../../../test/cli/run-cli.ts';
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

const estate = `kind: Estate
name: lab
---
kind: Site
name: dock
timezone: UTC
calendar: [{ name: every-day, kind: peak, rule: "FREQ=DAILY;BYHOUR=0", lasts: 1d }]
---
kind: Environment
name: acme-prod
stage: production
platform: host
sites: [dock]
odoo: { version: "19.0", database: acme }
`;

test('RST-01: in a peak a drill is refused before anything is begun, unless somebody agrees to it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plimsoll-drill-peak-'));
  try {
    await writeFile(join(directory, 'estate.yaml'), estate);
    // Nothing is started: the records are somewhere where nobody answers.
    const environment = {
      PLIMSOLL_STATE: join(directory, 'state'),
      PLIMSOLL_DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none',
    };
    const drill = (...more: readonly string[]) =>
      runCli(['drill', 'run', 'acme-prod', '--estate', directory, ...more], environment);
    const refused = await drill();
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('DRILL_IN_PEAK')]);
    expect(refused.stdout).toContain('every-day of dock is on, until');
    // It is that guard alone: past it the records are asked for.
    const agreed = await drill('--in-peak');
    expect(agreed.stdout + agreed.stderr).not.toContain('DRILL_IN_PEAK');
    expect(agreed.code).not.toBe(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
