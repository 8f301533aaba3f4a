// What `make test` and CI run: everything, with all of its own set-up. Needs no terminal, no home and nothing installed by hand.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { installPackages, missingPackages } from '../src/adapters/host/apt.ts';
import { hostPlatformObstacle } from '../src/adapters/host/places.ts';
import {
  browserPackages,
  falseClockPackages,
  hostPackages,
  metricsToolPackages,
  redisPackages,
  repositoryToolPackages,
} from '../src/core/provision/index.ts';
import { startLab, stopLab } from '../test/lab/index.ts';
import { endProcessesOf, markOf } from './left-processes.ts';
import { countsOf, type FailedTest, failuresOf } from './test-report.ts';

const root = resolve(import.meta.dirname, '..');
const results = join(root, '.plimsoll/test-results');
const bin = join(root, 'node_modules/.bin');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Outcome extends Counts {
  readonly name: string;
  readonly closing: readonly string[];
  readonly seconds: number;
  /** Tests that failed, and tests that failed first and passed when run again. */
  readonly failures?: readonly FailedTest[];
  readonly unsteady?: readonly FailedTest[];
}

type Project = 'fast' | 'real' | 'acceptance';

/** More failed files than this are no unsteadiness. */
const mostFilesRunAgain = 3;

const running = new Set<ChildProcess>();
let isInterrupted = false;
const thisRun = randomUUID();
/** What was left running takes its Odoo and its PostgreSQL down when it is asked to stop. */
const leftStopWithinSeconds = 30;

function endChildren(): void {
  for (const child of running) {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

/** Runs a program in a group of its own, passes its lines on, and answers its exit code and last lines. */
async function run(name: string, command: readonly string[], withinSeconds: number) {
  // Nothing new begins while the lab is taken down: this process ends as soon as that is done.
  if (isInterrupted) await new Promise<never>(() => {});
  const [program = '', ...args] = command;
  const lines: string[] = [];
  const environment = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    CI: '1',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
    ...markOf(thisRun),
  };
  const child = spawn(program, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let rest = '';
  const take = (chunk: string): void => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      console.log(`${name} | ${line}`);
      if (line.trim() !== '') lines.push(line);
      if (lines.length > 8) lines.shift();
    }
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  const timer = setTimeout(() => {
    console.log(`${name} | did not end within ${withinSeconds} s and is stopped`);
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }, withinSeconds * 1_000);
  const code = await new Promise<number>((done) => {
    child.once('close', (exitCode) => done(exitCode ?? 1)).once('error', () => done(127));
  });
  clearTimeout(timer);
  running.delete(child);
  return { code, closing: lines };
}

async function timed(name: string, work: () => Promise<Omit<Outcome, 'name' | 'seconds'>>): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await work();
  return { name, seconds: Math.round((performance.now() - startedAt) / 1_000), ...outcome };
}

/** A check that is right or wrong as a whole: one passed, or one failed. */
function check(script: string): Promise<Outcome> {
  return timed(script, async () => {
    const { code, closing } = await run(script, ['npm', 'run', '--silent', script], 600);
    return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, closing: closing.slice(-2) };
  });
}

/** A vitest project; a run that ends without a report, or with a failure that no test shows, counts as failed. */
async function vitestOnce(project: Project, files: readonly string[], withinSeconds: number) {
  const file = join(results, `${project}.json`);
  await rm(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const command = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters, ...files];
  const { code, closing } = await run(project, command, withinSeconds);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return { ...countsOf(text, code), failures: failuresOf(text, root), closing: closing.slice(-5) };
}

/**
 * A vitest project, whole. Where a few files on real components failed, they run once more by themselves: what passes
 * then is counted as passed and named as unsteady, what fails twice has failed (docs/decisions/0086).
 */
function vitest(project: Project, withinSeconds: number): Promise<Outcome> {
  return timed(`tests (${project})`, async () => {
    const first = await vitestOnce(project, [], withinSeconds);
    const files = [...new Set(first.failures.map((failure) => failure.file))];
    const worthAnother = project !== 'fast' && files.length > 0 && files.length <= mostFilesRunAgain;
    if (!worthAnother) return first;
    console.log(`${project} | once more, by themselves: ${files.join(', ')}`);
    const second = await vitestOnce(project, files, withinSeconds);
    return {
      ...first,
      passed: first.passed + Math.max(0, first.failed - second.failed),
      failed: second.failed,
      failures: second.failures,
      unsteady: first.failures,
    };
  });
}

async function prepareLab(): Promise<void> {
  const report = (detail: string): void => console.log(`lab | ${detail}`);
  const obstacle = await hostPlatformObstacle();
  if (obstacle !== undefined) {
    report(`not prepared: ${obstacle}. Tests on real components will fail.`);
    return;
  }
  const wanted = [
    ...hostPackages,
    ...browserPackages,
    ...metricsToolPackages,
    ...redisPackages,
    ...repositoryToolPackages,
    ...falseClockPackages,
  ];
  const missing = await missingPackages(wanted);
  if (missing.length > 0) {
    report(`installing ${missing.length} Debian packages`);
    let shown = 0;
    await installPackages(missing, {
      report: ({ ratio, detail }) => {
        const tenth = Math.floor((ratio ?? 0) * 10);
        if (tenth > shown) report(`${tenth * 10} % ${detail}`);
        shown = Math.max(shown, tenth);
      },
    });
  }
  await startLab(report);
  report('ready');
}

async function checks(): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const script of ['lint', 'types', 'boundaries', 'generate:check', 'unused']) outcomes.push(await check(script));
  outcomes.push(await vitest('fast', 900));
  return outcomes;
}

/** What to look at first, last of all: a reader of a long log sees its end. */
function failureLines({ name, failed, failures = [], unsteady = [] }: Outcome): readonly string[] {
  const stillFailing = new Set(failures.map((failure) => failure.test));
  const lines = failures.slice(0, 6).map(({ file, test, message }) => `FAILED ${file}: ${test}: ${message}`);
  if (failed > 0 && failures.length === 0) lines.push(`FAILED ${name}: see its lines above`);
  const passedLater = unsteady.filter((failure) => !stillFailing.has(failure.test)).slice(0, 6);
  return [...lines, ...passedLater.map(({ file, test, message }) => `UNSTEADY ${file}: ${test}: ${message}`)];
}

async function main(): Promise<number> {
  await mkdir(results, { recursive: true });
  // Preparing waits for the network and for one core; the checks use the other one.
  const lab = prepareLab().catch((error: unknown) => {
    console.log(`lab | not prepared: ${error instanceof Error ? error.message : String(error)}`);
  });
  const outcomes: Outcome[] = [...(await checks())];
  await lab;
  outcomes.push(await vitest('real', 2_700));
  outcomes.push(await vitest('acceptance', 2_400));
  await stopLab();
  console.log('');
  for (const { name, seconds, passed, failed, skipped, closing } of outcomes) {
    console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped, in ${seconds} s`);
    for (const line of closing) console.log(`  ${line.trim()}`);
  }
  for (const line of outcomes.flatMap(failureLines)) console.log(line);
  const total = (key: keyof Counts): number => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  console.log('');
  console.log(`${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
  return total('failed') === 0 && total('passed') > 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isInterrupted = true;
    endChildren();
    void endProcessesOf(thisRun, { withinSeconds: leftStopWithinSeconds })
      .then(stopLab)
      .finally(() => process.exit(130));
  });
}

process.exitCode = await main();
