import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const root = join(import.meta.dirname, '../..');
const node = process.execPath;
let work: string;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'plimsoll-terminal-'));
});
afterAll(() => rm(work, { recursive: true, force: true }));

interface Answered {
  /** What stands on the screen when it is time to type. */
  readonly after: string;
  readonly type: string;
}

/** Runs a command on a pseudo-terminal and types the answers as their questions come up. */
async function onTerminal(command: string, answers: readonly Answered[] = []) {
  const child = spawn('script', ['-qec', `stty cols 100 rows 40; ${command}`, '/dev/null'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: work, TERM: 'xterm', PLIMSOLL_STATE: join(work, 'state') },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  let next = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString();
    const answer = answers[next];
    if (answer !== undefined && stripVTControlCharacters(screen).includes(answer.after)) {
      next += 1;
      setTimeout(() => child.stdin.write(answer.type), 150);
    }
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  return { code, screen, text: stripVTControlCharacters(screen) };
}

/** Runs a command without a terminal. */
async function elsewhere(argv: readonly string[]) {
  const child = spawn(node, argv, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

describe('long work on a terminal and elsewhere', () => {
  test('a terminal gets a bar, and one line for each step that ended', async () => {
    const { code, screen, text } = await onTerminal(`${node} test/cli/progress-steps.ts`);
    expect(code).toBe(0);
    expect(text).toMatch(/█+░+ Install · half of it/);
    expect(text).toMatch(/✓ Install · \d/);
    expect(text).toMatch(/✗ Start · \d/);
    expect(screen).toContain('\u001b[?25h');
  });

  test('a log gets plain lines without any control character', async () => {
    const { code, text } = await elsewhere(['test/cli/progress-steps.ts']);
    expect(code).toBe(0);
    expect(text).toMatch(/^Install: Odoo needs it\n {2}50 % half of it\n {2}done in \S+\nStart: to serve\n/);
    expect(stripVTControlCharacters(text)).toBe(text);
    expect(text).not.toContain('█');
  });
});

describe('plimsoll init asks', () => {
  const asked = (directory: string) => `${node} src/apps/cli/main.ts init ${directory}`;

  test('what is answered stands in an estate that checks clean', async () => {
    const directory = join(work, 'asked');
    const enter = '\r';
    const { code } = await onTerminal(asked(directory), [
      { after: 'What is the estate called?', type: `-two${enter}` },
      { after: 'first warehouse called?', type: enter },
      { after: 'time zone is it in?', type: enter },
      { after: 'daily cut-off', type: enter },
      { after: 'version of Odoo', type: enter },
      { after: 'Where does that Odoo answer?', type: enter },
      { after: 'database called?', type: `-two${enter}` },
      { after: 'Where does Odoo run?', type: enter },
    ]);
    expect(code).toBe(0);
    expect(await readFile(join(directory, 'estate.yaml'), 'utf8')).toMatch(/^name: \S+-two$/m);
    expect(await readFile(join(directory, 'environments.yaml'), 'utf8')).toMatch(/^ {2}database: production-two$/m);
    expect((await runCli(['check', directory])).code).toBe(0);
  });

  test('Ctrl-C writes nothing', async () => {
    const directory = join(work, 'broken-off');
    const { code, text } = await onTerminal(asked(directory), [
      { after: 'What is the estate called?', type: '\u0003' },
    ]);
    expect([code, text]).toEqual([1, expect.stringContaining('Nothing was written.')]);
    await expect(readFile(join(directory, 'estate.yaml'))).rejects.toThrow('ENOENT');
  });
});
