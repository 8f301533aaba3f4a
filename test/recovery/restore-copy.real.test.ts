import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRestoreGround } from './restore-ground.ts';

// The first repository is lost, and so are the backups in it: what is left is its copy in another region.

let ground: Awaited<ReturnType<typeof openRestoreGround>>;

beforeAll(async () => {
  ground = await openRestoreGround(
    'region: west\nobjectives: { rpo: 1d, rto: 1h }\nbackup: { method: logical, every: 1d, repository: main, copies: [north] }',
  );
  const file = join(ground.estate, 'estate.yaml');
  const text = await readFile(file, 'utf8');
  const main = text.split('---\n').find((document) => document.startsWith('kind: Repository')) ?? '';
  const far = main
    .replace('name: main', 'name: far\nregion: north')
    .replace(`${ground.directory}/backups`, `${ground.directory}/far`);
  const regions = 'regions: [{ name: west, jurisdiction: EU }, { name: north, jurisdiction: EU }]';
  await writeFile(file, `${text.replace('name: dock', `name: dock\n${regions}`)}---\n${far}`);
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
}, 200_000);

test('BKP-06, RST-04: with the first repository gone, an environment serves again from its copy', {
  timeout: 600_000,
}, async () => {
  await ground.askSource("insert into ir_config_parameter (key, value) values ('instant.copied', 'yes')");
  const taken = await ground.run('backup', 'run', 'acme', '--json');
  expect(taken.code, taken.err).toBe(0);
  const { id } = JSON.parse(taken.out) as { id: string };
  const copied = await ground.run('backup', 'copy', 'acme', '--json');
  expect(copied.code, copied.err + copied.out).toBe(0);
  await rename(join(ground.directory, 'backups'), join(ground.directory, 'gone'));

  const without = await ground.run('restore', 'acme', '--to', 'acme-rescue', '--dry-run');
  expect(without.code, without.out).not.toBe(0);
  const unknown = await ground.run('restore', 'acme', '--to', 'acme-rescue', '--copy', 'nowhere');
  expect(unknown.err).toContain('it has copies in: far');
  const made = await ground.run('restore', 'acme', '--to', 'acme-rescue', '--copy', 'far', '--json');
  expect(made.code, made.err + made.out).toBe(0);
  const report = JSON.parse(made.out) as { url: string; backup: string };
  expect(report).toMatchObject({ backup: id, isNeutralised: true, target: 'acme-rescue' });
  expect(await ground.serves(report.url)).toBe(200);
  const { copies } = JSON.parse((await ground.bare('clone', 'list', '--json')).out) as {
    copies: { ports: { postgres: number }; database: string }[];
  };
  const [copy] = copies;
  const keys = "select key from ir_config_parameter where key like 'instant.%'";
  const found = await ground.ask('acme-rescue', copy?.ports.postgres ?? 0, copy?.database ?? '', keys);
  expect(found).toEqual([{ key: 'instant.copied' }]);
});
