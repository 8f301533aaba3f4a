import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeBucket, type ObjectServer, startObjectServer } from '../lab/s3.ts';
import { startTlsFront, type TlsFront } from '../lab/tls-front.ts';
import { openRestoreGround } from './restore-ground.ts';

// The first repository is lost, and so are the backups in it: what is left is its copy in another region, in a bucket of a
// service that this machine trusts by a declared certificate alone.

const bucket = 'rescue';
let ground: Awaited<ReturnType<typeof openRestoreGround>>;
let server: ObjectServer;
let front: TlsFront;
let withoutCertificate = '';

beforeAll(async () => {
  server = await startObjectServer();
  front = await startTlsFront(server.url);
  await makeBucket(server, bucket);
  ground = await openRestoreGround(
    'region: west\nobjectives: { rpo: 1d, rto: 1h }\nbackup: { method: physical, every: 1d, repository: main, copies: [north] }',
  );
  await writeFile(join(ground.directory, 'ca.pem'), front.certificate, { mode: 0o644 });
  await writeFile(join(ground.directory, 's3-key'), 'test', { mode: 0o600 });
  const file = join(ground.estate, 'estate.yaml');
  const text = await readFile(file, 'utf8');
  const main = text.split('---\n').find((document) => document.startsWith('kind: Repository')) ?? '';
  const key = `"file:${ground.directory}/s3-key"`;
  const place = `bucket: ${bucket}, endpoint: "https://127.0.0.1:${front.port}", accessKey: ${key}, secretKey: ${key}`;
  const far = main
    .replace('name: main', 'name: far\nregion: north')
    .replace(`directory: ${ground.directory}/backups`, `s3: { ${place}, caFile: ${ground.directory}/ca.pem }`);
  const regions = 'regions: [{ name: west, jurisdiction: EU }, { name: north, jurisdiction: EU }]';
  const whole = `${text.replace('name: dock', `name: dock\n${regions}`).replace('name: main', 'name: main\nregion: west')}---\n${far}`;
  withoutCertificate = whole.replace(`, caFile: ${ground.directory}/ca.pem`, '');
  await writeFile(file, whole);
  const { code, err } = await ground.up();
  expect(code, err).toBe(0);
}, 1_500_000);

afterAll(async () => {
  await ground?.close();
  await front?.close();
  await server?.stop();
}, 200_000);

/** As if nobody had declared who vouches for the service. */
async function withNoCertificate<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const file = join(ground.estate, 'estate.yaml');
  const declared = await readFile(file, 'utf8');
  await writeFile(file, withoutCertificate);
  return work().finally(() => writeFile(file, declared));
}

test('BKP-06, RST-04: with the first repository gone, an environment serves again from its copy in a bucket', {
  timeout: 600_000,
}, async () => {
  await ground.askSource("insert into ir_config_parameter (key, value) values ('instant.copied', 'yes')");
  const taken = await ground.run('backup', 'run', 'acme', '--json');
  expect(taken.code, taken.err).toBe(0);
  const { id, method } = JSON.parse(taken.out) as { id: string; method: string };
  expect(method).toBe('physical');
  const refused = await withNoCertificate(() => ground.run('backup', 'copy', 'acme'));
  expect(refused.code).not.toBe(0);
  expect(refused.err + refused.out).toContain('s3: { caFile:');
  const copied = await ground.run('backup', 'copy', 'acme', '--json');
  expect(copied.code, copied.err + copied.out).toBe(0);
  await rename(join(ground.directory, 'backups'), join(ground.directory, 'gone'));
  await rename(join(ground.directory, 'backups-physical'), join(ground.directory, 'gone-physical'));

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
