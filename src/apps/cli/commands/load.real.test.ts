import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type JourneyGround, openJourneyGround } from '../../../../test/journeys/ground.ts';
import { eventually } from '../../../../test/serve.ts';

let ground: JourneyGround;
let work: string;

beforeAll(async () => {
  ground = await openJourneyGround();
  work = await mkdtemp(join(tmpdir(), 'plimsoll-load-'));
  const { url, database, login } = ground.odoo;
  await writeFile(
    join(work, 'estate.yaml'),
    `kind: Estate
name: lab
---
kind: Environment
name: lab
stage: staging
platform: host
odoo: { version: "19.0", database: ${database} }
connect: { odoo: { url: "${url}", login: ${login}, apiKey: "env:LAB_KEY" } }
`,
  );
});

afterAll(async () => {
  await ground?.close();
  if (work !== undefined) await rm(work, { recursive: true, force: true });
});

interface Report {
  readonly elapsedSeconds: number;
  readonly classes: readonly { readonly done: number; readonly arrived: number }[];
}

describe('Ctrl-C while a load runs (CAP-01)', () => {
  test('ends it within its grace, prints what was achieved until then, and says so by the exit code', async () => {
    const profile = join(import.meta.dirname, '../../../../examples/load/peak.yaml');
    const args = ['load', 'run', 'lab', '--estate', work, '--profile', profile, '--for', '20m', '--json'];
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
      env: { PATH: process.env['PATH'], LAB_KEY: ground.odoo.apiKey, PLIMSOLL_STATE: join(work, 'state') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let notes = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      notes += chunk;
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    try {
      await eventually(90, async () => {
        if (child.exitCode !== null) throw new Error(notes);
        return /: [1-9]\d* done/.test(notes) ? true : undefined;
      });
      const interruptedAt = performance.now();
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(performance.now() - interruptedAt).toBeLessThan(45_000);
    } finally {
      child.kill('SIGKILL');
    }
    const report = JSON.parse(output) as Report;
    expect(report.elapsedSeconds).toBeLessThan(600);
    expect(report.classes.reduce((sum, row) => sum + row.done, 0)).toBeGreaterThan(0);
    expect(notes).toContain('Interrupted: the figures are about the time until then.');
  }, 240_000);
});
