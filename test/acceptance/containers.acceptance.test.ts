// The same estate from the official images' names, on a real Docker engine with Compose, as a user would bring it up.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { engineImpossible, startEngine, type TestEngine } from '../compose/engine.ts';
import { provideStandIns, removeStandIns } from '../compose/stand-ins.ts';
import { createSite, eventually, type Site } from './plimsoll.ts';

const statusSchema = z.object({
  environments: z.array(z.object({ name: z.string(), business: z.string(), infrastructure: z.string() }).loose()),
});
const upSchema = z.object({
  environments: z.array(z.string()),
  portal: z.string(),
  signInLink: z.string().nullable(),
  steps: z.array(z.object({ title: z.string(), seconds: z.number() })),
});

const impossible = await engineImpossible();
if (impossible !== undefined) console.log(`containers are not tested: ${impossible}`);

const forwarding = () => readFile('/proc/sys/net/ipv4/ip_forward', 'utf8');
const links = async () => (await readdir('/sys/class/net')).sort();

describe.skipIf(impossible !== undefined)('the example estate in containers', () => {
  let engine: TestEngine;
  let site: Site;
  let before: { readonly forwarding: string; readonly links: readonly string[] };
  const up = () => ['up', site.estate, '--platform', 'compose', '--postgres-port', String(site.postgresPort)];
  const containers = async (filter: string) =>
    (await engine.docker.run(['ps', '--all', '--format', '{{.Names}}', '--filter', filter], { timeoutSeconds: 30 }))
      .filter((name) => name !== '')
      .sort();
  const ours = () => containers('label=com.docker.compose.project');
  const health = async () => {
    const found = statusSchema.parse(await site.json(['status'], 60)).environments;
    return found.find(({ name }) => name === 'acme-prod');
  };

  beforeAll(async () => {
    before = { forwarding: await forwarding(), links: await links() };
    engine = await startEngine();
    site = await createSite(engine.environment);
    await removeStandIns(engine);
  });
  afterAll(async () => {
    await site?.run(['down', site.estate], 180);
    await engine?.stop();
    await site?.remove();
  });

  test('an engine that does not answer is named, with the ways out', async () => {
    const elsewhere = await createSite({ ...engine.environment, DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    try {
      const { code, stderr } = await elsewhere.run(['up', elsewhere.estate, '--platform', 'compose'], 60);
      expect(code).toBe(2);
      expect(stderr).toContain('ENGINE_UNREACHABLE');
      expect(stderr).toContain('/nonexistent/docker.sock');
      expect(stderr).toContain('`connect:`');
    } finally {
      await elsewhere.remove();
    }
  });

  test('an image that cannot be pulled is named, and nothing is left behind', async () => {
    const { code, stderr } = await site.run([...up(), '--alone'], 120);
    expect(code).toBe(2);
    expect(stderr).toMatch(/IMAGE_UNAVAILABLE: The image odoo:19\.0 could not be pulled/);
    expect(stderr).toContain('docker load');
    expect(await ours()).toEqual([]);
  });

  test('one command brings it up, whole and healthy (APP-01)', async () => {
    await provideStandIns(engine);
    const bystander = [
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      'bystander',
      '--init',
      '--entrypoint',
      'sleep',
    ];
    await engine.docker.run([...bystander, 'odoo:19.0', '3600'], { timeoutSeconds: 60 });
    const announced = upSchema.parse(await site.json([...up(), '--detach'], 800));
    expect(announced).toMatchObject({ environments: ['acme-prod'], portal: site.serverUrl });
    expect(announced.signInLink).toContain('/sign-in#');
    expect(announced.steps.map(({ title }) => title)).toContain('Create the logistics database');
    const isHealthy = (found: Awaited<ReturnType<typeof health>>) =>
      found?.business === 'healthy' && found.infrastructure === 'healthy';
    await eventually(health, isHealthy, 90);
    expect((await ours()).map((name) => name.replace(/^.*-(\w+)-1$/, '$1'))).toEqual([
      'cron',
      'gevent',
      'postgres',
      'web',
    ]);
  }, 960_000);

  test('a web container that stops is noticed within 30 s, with the reason', async () => {
    const [web = ''] = await containers('label=com.docker.compose.service=web');
    await engine.docker.run(['stop', web], { timeoutSeconds: 60 });
    const { answer } = await eventually(health, (found) => found?.business === 'unhealthy', 30);
    expect(JSON.stringify(answer)).toContain('the Odoo web process does not serve');
  }, 120_000);

  test('a second up starts what is missing and nothing else; --platform needs not be said again', async () => {
    const { pid } = z
      .object({ pid: z.number() })
      .parse(JSON.parse(await readFile(join(site.state, 'supervisor/up.json'), 'utf8')));
    process.kill(pid, 'SIGKILL');
    const { code, stderr } = await site.run(['up', site.estate, '--detach'], 180);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('Start web');
    expect(stderr).not.toMatch(/Pull|Create|Write configuration|Start postgres/);
  }, 200_000);

  test('down removes what was started and nothing else, and the machine is as it was', async () => {
    const { code, stdout } = await site.run(['down', site.estate], 180);
    expect(code).toBe(0);
    expect(stdout).toContain('Stopped the bring-up');
    expect(await ours()).toEqual([]);
    expect(await containers('status=running')).toEqual(['bystander']);
    const networks = ['network', 'ls', '--quiet', '--filter', 'label=com.docker.compose.project'];
    expect(await engine.docker.run(networks, { timeoutSeconds: 30 })).toEqual([]);
    await engine.docker.run(['rm', '--force', 'bystander'], { timeoutSeconds: 60 });
    expect({ forwarding: await forwarding(), links: await links() }).toEqual(before);
  }, 200_000);
});
