import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aptGet, debianMirror } from '../../src/adapters/host/apt.ts';
import { runCommand } from '../../src/adapters/host/command.ts';

const golden = resolve(import.meta.dirname, '../../src/core/compile/compose/golden/acme-prod');
const cache = resolve(import.meta.dirname, '../../.plimsoll/compose');

/** Compose 2 as Debian's next release packages it: a single program that needs no engine to check a file. */
async function composeProgram(): Promise<string> {
  const program = join(cache, 'root/usr/libexec/docker/cli-plugins/docker-compose');
  const works = await runCommand({ command: [program, 'version'], timeoutSeconds: 30 }).then(
    () => true,
    () => false,
  );
  if (works) return program;
  await mkdir(join(cache, 'lists/partial'), { recursive: true });
  await mkdir(join(cache, 'archives/partial'), { recursive: true });
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(join(cache, 'sources.list'), `deb [signed-by=${keyring}] ${await debianMirror()} trixie main\n`);
  const options = [
    `Dir::Etc::sourcelist=${join(cache, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State::lists=${join(cache, 'lists')}`,
    `Dir::Cache=${cache}`,
    'APT::Sandbox::User=root',
    'Acquire::Check-Valid-Until=false',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const context = { report: () => undefined, timeoutSeconds: 600, directory: cache };
  await aptGet([...options, 'update', '-q'], context);
  await aptGet([...options, '-q', 'download', 'docker-compose'], context);
  const name = (await readdir(cache)).find((file) => file.startsWith('docker-compose_'));
  await runCommand({ command: ['dpkg-deb', '-x', join(cache, name ?? ''), join(cache, 'root')], timeoutSeconds: 120 });
  return program;
}

describe('the compiled Compose project (APP-01)', () => {
  let program = '';
  let empty = '';
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'plimsoll-compose-'));
    program = await composeProgram();
  });
  afterAll(() => rm(empty, { recursive: true, force: true }));

  const config = (environment: Record<string, string>) =>
    runCommand({
      command: [program, '--project-directory', golden, '--file', join(golden, 'compose.yaml'), 'config', '--quiet'],
      environment: { HOME: empty, ...environment },
      timeoutSeconds: 60,
    });

  test('is accepted by docker compose config', async () => {
    await expect(config({ PLIMSOLL_ACME_PROD_POSTGRES_PASSWORD: 'secret' })).resolves.toEqual([]);
  });

  test('is refused without the password, naming the variable', async () => {
    await expect(config({})).rejects.toThrow(/PLIMSOLL_ACME_PROD_POSTGRES_PASSWORD|exit code/);
  });
});
