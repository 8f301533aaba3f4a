import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const northsea = join(import.meta.dirname, '../../examples/northsea');
const work = await mkdtemp(join(tmpdir(), 'plimsoll-usage-'));
const broken = join(work, 'broken');

afterAll(() => rm(work, { recursive: true, force: true }));

/** No server answers there, and no state lies there. */
const nowhere = { PLIMSOLL_SERVER: 'http://127.0.0.1:9', PLIMSOLL_STATE: join(work, 'state') };

const inNorthsea = ['--estate', northsea];
const mistakes: readonly (readonly string[])[] = [
  ['stauts'],
  ['status', '--jsno'],
  ['component', 'stop', 'acme-prod'],
  ['check', join(work, 'nowhere')],
  ['compile', northsea],
  ['compile', northsea, '--out', join(work, 'out'), '--platform', 'mainframe'],
  ['compile', northsea, '--out', join(work, 'out'), '--environment', 'acme'],
  ['calendar', join(work, 'nowhere')],
  ['calendar', northsea, '--from', 'soon'],
  ['calendar', northsea, '--site', 'rotterdam'],
  ['graph', 'dhll', '--needs', ...inNorthsea],
  ['init', join(work, 'asked')],
  ['init', join(work, 'new'), '--yes', '--timezone', 'Mars'],
  ['probe', 'acme', ...inNorthsea],
  ['probe', 'acme-prod', '--estate', join(work, 'nowhere')],
  ['connect', 'acme', ...inNorthsea],
  ['connect', 'acme-prod', '--admin', 'postgres://admin:secret@host/acme', ...inNorthsea],
  ['connect', 'acme-prod', '--admin', 'env:NO_SUCH_VARIABLE', ...inNorthsea],
  ['component', 'list', 'acme', ...inNorthsea],
  ['journey', 'run', 'acme', ...inNorthsea],
  ['load', 'run', 'acme-prod', '--profile', 'none.yaml', '--for', 'a while', ...inNorthsea],
  ['load', 'run', 'acme-prod', '--profile', join(work, 'none.yaml'), '--for', '1m', ...inNorthsea],
  ['serve', '--port', 'x'],
  ['serve', '--scenario', 'calm'],
  ['serve', '--fake', '--scenario', 'sunny'],
  ['serve', join(work, 'nowhere')],
  ['status', '--direct', '--estate', join(work, 'nowhere')],
  ['environment', 'list'],
  ['environment', 'transition', 'acme-prod', 'gone'],
  ['access', 'token', 'list'],
  ['access', 'token', 'create', 'ci', '--role', 'king'],
  ['access', 'token', 'create', 'ci', '--role', 'viewer', '--expires', 'soon'],
  ['ledger', 'tail', '--limit', 'many'],
  ['up', join(work, 'nowhere')],
];

describe('what the command line says when it cannot', () => {
  test('every mistake ends with exit code 2, nothing on standard output, and a sentence with a way out', async () => {
    const texts: string[] = [];
    for (const argv of mistakes) {
      const { code, stdout, stderr } = await runCli(argv, nowhere);
      const shown = (text: string) => text.replaceAll(work, 'WORK').replaceAll(northsea, 'examples/northsea').trimEnd();
      texts.push(`$ plimsoll ${shown(argv.join(' '))}\n${shown(stderr)}\n`);
      expect([argv.join(' '), code, stdout]).toEqual([argv.join(' '), 2, '']);
      expect(stderr).not.toContain('Unexpected');
      expect(stderr).not.toContain('secret@');
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('golden/mistakes.txt');
  });

  test('with --json the same stands in one document on standard output', async () => {
    const { code, stdout } = await runCli(['environment', 'list', '--json'], nowhere);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).fault).toMatchObject({ code: 'SERVER_UNREACHABLE', remedy: expect.any(String) });
  });

  test('an estate with errors is named with the first of them', async () => {
    await writeFile(`${broken}.yaml`, 'kind: Estate\nname: broken\nfoo: 1\n');
    const { code, stderr } = await runCli(['status', '--direct', '--estate', work], nowhere);
    expect(code).toBe(2);
    expect(stderr).toContain('broken.yaml:3:1 `foo` is not known');
  });

  test('a variable that cannot be used is named', async () => {
    const { code, stderr } = await runCli(['status'], { PLIMSOLL_SERVER: 'ftp://x' });
    expect(code).toBe(2);
    expect(stderr).toContain('PLIMSOLL_SERVER');
  });
});
