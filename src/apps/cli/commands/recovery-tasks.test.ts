import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeServer, startFakeServer } from '../../../../test/portal/fake-server.ts';
import { readSettings } from '../../settings.ts';
import { createOutput } from '../output.ts';
import { cancelCommand, tasksCommand } from './recovery-tasks.ts';

let server: FakeServer;
beforeAll(async () => {
  server = await startFakeServer('busy', '/nowhere');
});
afterAll(() => server.stop());

/** Runs a command against the real server on memory adapters. */
async function run(command: typeof tasksCommand, argument: string | undefined, options: Record<string, unknown> = {}) {
  const parts: string[] = [];
  const stream = { write: (text: string) => parts.push(text) };
  const streams = { stdout: stream, stderr: stream };
  const output = createOutput({ isJson: options['json'] === true, hasColor: false, streams });
  const settings = { ...readSettings(), serverUrl: server.url, token: 'any' };
  const context = { settings, output, signal: new AbortController().signal };
  const code = await command.run([argument], { limit: '20', ...options }, context);
  return { code, written: parts.join('') };
}

describe('plimsoll recovery tasks and cancel', () => {
  test('what runs is shown with who asked, its step, bytes, rate and time left, also as --json', async () => {
    const { code, written } = await run(tasksCommand, 'acme-training');
    expect(code).toBe(0);
    expect(written).toMatch(/^running {4}backup of acme-training {2}\d{8}T\d{6}Z-logical-/m);
    expect(written).toMatch(/asked for by controller, 20/);
    const { tasks } = JSON.parse((await run(tasksCommand, 'acme-training', { json: true })).written);
    expect(tasks).toMatchObject([{ kind: 'backup', state: 'running', canCancel: true }]);
    await server.fake.deps.store.backups.progress(
      tasks[0].id,
      { phase: 'dump', doneBytes: 30 * 2 ** 20, totalBytes: 90 * 2 ** 20, bytesPerSecond: 2 ** 20, secondsLeft: 60 },
      server.fake.deps.clock.now(),
    );
    const { written: later } = await run(tasksCommand, 'acme-training');
    expect(later).toMatch(/^ {2}dumping the database, 30 MiB of 90 MiB, 1 MiB\/s, 1m left$/m);
    expect((await run(tasksCommand, 'savannah-prod')).written).toBe('No recovery work is under way.\n');
  });

  test('cancelling asks whoever runs it, and says so; what has ended says how when it is asked for', async () => {
    const { tasks } = JSON.parse((await run(tasksCommand, 'acme-training', { json: true })).written);
    const { code, written } = await run(cancelCommand, tasks[0].id);
    expect(code).toBe(0);
    expect(written).toMatch(/has cancelled it$/m);
    expect(written).toContain('hears of it within seconds');
    const { store, clock } = server.fake.deps;
    await store.recoveryTasks.end(tasks[0].id, clock.now(), { state: 'cancelled', outcome: 'Cancelled by Robin.' });
    expect((await run(tasksCommand, 'acme-training')).written).toBe('No recovery work is under way.\n');
    const { written: ended } = await run(tasksCommand, 'acme-training', { ended: true });
    expect(ended).toMatch(/^cancelled {2}backup of acme-training/m);
    expect(ended).toMatch(/ended 20.* after .*: Cancelled by Robin\.$/m);
    await expect(run(cancelCommand, tasks[0].id)).rejects.toThrow(/has ended/);
  });

  test('a limit that is none is named', async () => {
    await expect(run(tasksCommand, undefined, { limit: 'many' })).rejects.toThrow(/--limit must be a whole number/);
  });
});
