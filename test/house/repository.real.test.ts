import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

// What a clone must not carry: where this machine downloads from, and where things lie on it.

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');

async function lines(command: string, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(command, [...args], { cwd: root, maxBuffer: 64 * 1024 * 1024 }).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').filter((line) => line !== '');
}

const hostOf = (address: string): string | undefined => (URL.canParse(address) ? new URL(address).hostname : undefined);

/** The hosts that npm and apt are set to on the machine this runs on; the public ones always. */
async function registryHosts(): Promise<readonly string[]> {
  const npm = await lines('npm', ['config', 'get', 'registry']);
  const apt = await lines('apt-get', ['indextargets', '--format', '$(SITE)']);
  const found = [...npm, ...apt].map(hostOf).filter((host) => host !== undefined && host !== '');
  // Written in two halves, so that this file does not name what it forbids.
  return [...new Set([...found, 'registry.' + 'npmjs.org', 'deb.' + 'debian.org'])] as string[];
}

async function filesWith(text: string): Promise<readonly string[]> {
  return lines('git', ['grep', '-lIF', '--', text]);
}

describe('the repository', () => {
  test('names no package registry', async () => {
    for (const host of await registryHosts()) expect(await filesWith(host), host).toEqual([]);
  });

  test('has a lockfile without download addresses', async () => {
    const lockfile = await readFile(join(root, 'package-lock.json'), 'utf8');
    expect(lockfile).not.toContain('"resolved": "http');
    expect(await readFile(join(root, '.npmrc'), 'utf8')).toContain('omit-lockfile-registry-resolved=true');
  });

  test('holds no path of the machine it was written on', async () => {
    expect(await filesWith(`${root}/`)).toEqual([]);
  });

  test('pins every dependency exactly', async () => {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    expect(versions.length).toBeGreaterThan(30);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });
});
