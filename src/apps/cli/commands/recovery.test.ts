import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, startFakeServer } from '../../../../test/portal/fake-server.ts';
import { readSettings } from '../../settings.ts';
import { createOutput } from '../output.ts';
import { recoveryGroup } from './recovery.ts';

let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer('busy', '/nowhere');
});
afterAll(() => server.stop());

/** Runs `plimsoll recovery status` against the real server on memory adapters. */
async function run(environment?: string, options: Record<string, unknown> = {}) {
  const parts: string[] = [];
  const stream = { write: (text: string) => parts.push(text) };
  const output = createOutput({
    isJson: options['json'] === true,
    hasColor: false,
    streams: { stdout: stream, stderr: stream },
  });
  const settings = { ...readSettings(), serverUrl: server.url, token: 'any' };
  const status = recoveryGroup.commands[0];
  const code = await status?.run(
    [environment],
    { days: '90', ...options },
    {
      settings,
      output,
      signal: new AbortController().signal,
    },
  );
  return { code, written: parts.join('') };
}

describe('plimsoll recovery status', () => {
  test('one line for each environment, and an exit code that says whether all of it is proven', async () => {
    const { code, written } = await run();
    expect(code).toBe(1);
    expect(written).toMatch(/^acme-prod +verified +backup of /m);
    expect(written).toMatch(/^savannah-prod +not recoverable .*not covered: configuration, images, add-ons$/m);
    expect(written).toMatch(/^acme-training +no backup/m);
  });

  test('success rate and verified rate as two lines, each domain against its target, feasibility and what is next (MET-11, DRP-01, DRP-02)', async () => {
    const { code, written } = await run('polder-prod');
    expect(code).toBe(1);
    expect(written).toMatch(/success rate +100%: 112 of 112 backups in 90d/);
    expect(written).toMatch(/verified rate +100%: \d+ of \d+ drilled came back/);
    expect(written).toMatch(/order-processing: RPO .* \(target 5m\) missed, RTO .* \(target 1h\) met/);
    expect(written).toMatch(/RPO on paper +infeasible: a dump every 6h/);
    // In a peak of the example's calendar it waits for the end of that.
    expect(written).toMatch(/next drill +(due now|20.* UTC; held: .* is on, until 20)/);
    expect((await run('acme-prod')).code).toBe(0);
    const { written: savannah } = await run('savannah-prod');
    expect(savannah).toContain('RPO nothing came back (target 5m) missed');
    expect(savannah).toContain('readiness       disqualified: its last drill did not bring a backup back');
    expect((await run('acme-prod')).written).not.toContain('disqualified');
  });

  test('--json is what the API answers', async () => {
    const { written } = await run('acme-prod', { json: true });
    expect(JSON.parse(written)).toMatchObject({ environment: 'acme-prod', state: 'verified', rates: { attempts: 28 } });
    await expect(run('acme-prod', { days: '0' })).rejects.toThrow(/--days/);
  });
});
