import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/adapters/host/command.ts';
import { enginePrograms } from './engine-programs.ts';

const golden = resolve(import.meta.dirname, '../../src/core/compile/compose/golden/acme-prod');

describe('the compiled Compose project (APP-01)', () => {
  let program = '';
  let empty = '';
  beforeAll(async () => {
    empty = await mkdtemp(join(tmpdir(), 'plimsoll-compose-'));
    program = (await enginePrograms()).compose;
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
