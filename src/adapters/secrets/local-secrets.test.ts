import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secretsContract } from '../../ports/secrets.contract.ts';
import { createLocalSecrets } from './local-secrets.ts';

let root: string;
const value = 'k3y-of-acme';
const secrets = () =>
  createLocalSecrets({ environment: { ACME: value, EMPTY: '' }, stateDirectory: join(root, 'state') });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plimsoll-secrets-'));
  await mkdir(join(root, 'state', 'secrets'), { recursive: true });
  await writeFile(join(root, 'state', 'secrets', 'acme'), `${value}\n`);
  await writeFile(join(root, 'outside'), value);
  await writeFile(join(root, 'large'), 'x'.repeat(70_000));
  await symlink(join(root, 'outside'), join(root, 'state', 'link'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe('env: references', () => {
  secretsContract(async () => ({
    secrets: secrets(),
    known: { source: 'env', name: 'ACME' },
    value,
    unknown: [
      { source: 'env', name: 'NOT_SET' },
      { source: 'env', name: 'EMPTY' },
    ],
  }));
});

describe('file: references', () => {
  secretsContract(async () => ({
    secrets: secrets(),
    known: { source: 'file', name: join(root, 'outside') },
    value,
    unknown: [
      { source: 'file', name: join(root, 'missing') },
      { source: 'file', name: root },
      { source: 'file', name: join(root, 'large') },
      { source: 'file', name: 'relative/path' },
    ],
  }));
});

describe('file:state/ references', () => {
  secretsContract(async () => ({
    secrets: secrets(),
    known: { source: 'file', name: 'state/secrets/acme' },
    value,
    unknown: [{ source: 'file', name: 'state/secrets/none' }],
  }));

  test.each(['state/../outside', 'state/link', 'state/'])('%s does not leave the state directory', async (name) => {
    await expect(secrets().resolve({ source: 'file', name })).rejects.toMatchObject({ code: 'SECRET_UNRESOLVED' });
  });
});
