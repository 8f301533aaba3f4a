import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { endProcessesOf, markOf } from './left-processes.ts';

const started: ChildProcess[] = [];

function start(script: string, run: string): ChildProcess {
  const options = { detached: true, stdio: 'ignore', env: { ...process.env, ...markOf(run) } } as const;
  const child = spawn('sh', ['-c', script], options);
  started.push(child);
  return child;
}

const lives = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;
const ended = (child: ChildProcess): Promise<unknown> =>
  lives(child) ? new Promise((done) => child.once('exit', done)) : Promise.resolve();

afterEach(() => {
  for (const child of started.splice(0)) if (lives(child)) child.kill('SIGKILL');
});

test('what a run left in sessions of its own is asked to stop, and killed where it does not; others stay', async () => {
  const [ours, others] = [randomUUID(), randomUUID()];
  const polite = start('sleep 600', ours);
  const deaf = start('trap "" TERM; while :; do sleep 0.1; done', ours);
  const other = start('sleep 600', others);
  // The trap is set before it is asked.
  await new Promise((done) => setTimeout(done, 500));
  expect(await endProcessesOf(ours, { withinSeconds: 1 })).toBeGreaterThan(0);
  await Promise.all([ended(polite), ended(deaf)]);
  expect([polite.signalCode, deaf.signalCode]).toEqual(['SIGTERM', 'SIGKILL']);
  expect(lives(other)).toBe(true);
  expect(await endProcessesOf(ours, { withinSeconds: 1 })).toBe(0);
});
