import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRestoreGround } from '../recovery/restore-ground.ts';
import { eventually, runCli, type ServeProcess, startServe } from '../serve.ts';

// From a web server that hangs to one that answers: seen, led and mended through a server that runs, by two people.

let ground: Awaited<ReturnType<typeof openRestoreGround>>;
let server: ServeProcess;

const responding = `kind: Tier
name: critical
change: { approvals: 1 }
---
kind: Team
name: platform
contact: platform@northsea.example
---
kind: Runbook
name: web-hangs
when: [BUSINESS_STOPPED, HEALTH_DISAGREES, ODOO_WEB_DOWN, ODOO_WEB_UNRESPONSIVE]
owner: platform
steps:
  - { do: Start the web server anew., run: { restart: web } }
`;

beforeAll(async () => {
  ground = await openRestoreGround('tier: critical\nowner: platform');
  await writeFile(join(ground.estate, 'responding.yaml'), responding);
  const up = await ground.up();
  if (up.code !== 0) throw new Error(`up ended with ${up.code}: ${up.out}${up.err}`);
  server = await startServe({ estate: ground.estate, state: ground.state, environment: {} });
}, 900_000);
afterAll(async () => {
  await server?.kill('SIGTERM');
  await ground?.close();
});

/** The command line against the server: as who runs on this machine, or with somebody's token. */
async function ask(args: readonly string[], token?: string) {
  const who = token === undefined ? {} : { PLIMSOLL_TOKEN: token };
  const environment = { PLIMSOLL_STATE: ground.state, PLIMSOLL_SERVER: server.url, ...who };
  return runCli([...args, '--json'], environment);
}

async function person(name: string, role: string): Promise<string> {
  const { output, errors } = await ask(['access', 'token', 'create', name, '--role', role]);
  if (output === '') throw new Error(`no token for ${name}: ${errors}`);
  return (JSON.parse(output) as { secret: string }).secret;
}

async function processOf(component: string): Promise<number> {
  const { out } = await ground.run('component', 'list', 'acme', '--json');
  const { components } = JSON.parse(out) as { components: { component: string; pid?: number }[] };
  return components.find((each) => each.component === component)?.pid ?? 0;
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly runbook: string | null;
  readonly steps: readonly {
    readonly request: { readonly by: string } | null;
    readonly done: readonly { readonly outcome: string; readonly by: string; readonly note: string | null }[];
  }[];
  readonly timeline: readonly { readonly title: string }[];
}

const show = async (id: string): Promise<Shown> => JSON.parse((await ask(['incident', 'show', id])).output);

describe('a restart that an incident starts through a running server (INC-05)', () => {
  test('is asked for by one, agreed to by another, done to the real process once, and ends the incident', async () => {
    const [ada, bo] = [await person('ada', 'operator'), await person('bo', 'operator')];
    const viewer = await person('vi', 'viewer');
    await eventually(180, async () => {
      const { output } = await ask(['status']);
      return /"business": ?"healthy"/.test(output) ? true : undefined;
    });
    const [web, cron] = [await processOf('web'), await processOf('cron')];
    // It is there with all its workers, and answers nobody.
    process.kill(-web, 'SIGSTOP');
    const { id } = await eventually(180, async () => {
      const { incidents } = JSON.parse((await ask(['incident', 'list'])).output) as { incidents: Shown[] };
      return incidents.find(({ state, runbook }) => state === 'open' && runbook === 'web-hangs');
    });
    expect((await ask(['incident', 'take', id], ada)).code).toBe(0);
    expect((await ask(['incident', 'run', id, '1'], viewer)).code).not.toBe(0);
    expect((await ask(['incident', 'run', id, '1'], ada)).code).toBe(0);
    // Asked for, and nothing has happened yet; who asked cannot agree.
    expect((await ask(['incident', 'run', id, '1'], ada)).output).toContain('APPROVAL_NOT_ANOTHER');
    expect((await show(id)).steps[0]).toMatchObject({ request: { by: 'ada' }, done: [] });
    expect(await processOf('web')).toBe(web);
    const run = await ask(['incident', 'run', id, '1'], bo);
    expect(run.code, run.errors).toBe(0);
    expect((await show(id)).steps[0]?.done).toMatchObject([
      {
        outcome: 'done',
        by: 'bo',
        note: expect.stringMatching(/^web was (stopped|killed) and runs again as process \d+$/),
      },
    ]);
    const fresh = await processOf('web');
    expect(fresh).not.toBe(web);
    expect(await processOf('cron')).toBe(cron);
    expect(await ground.serves(ground.url)).toBe(200);
    const over = await eventually(240, async () => {
      const shown = await show(id);
      return shown.state === 'review' ? shown : undefined;
    });
    const titles = over.timeline.map(({ title }) => title).join('\n');
    for (const word of ['action requested', 'action begun', 'action ended', 'recovered'])
      expect(titles).toContain(word);
  }, 900_000);
});
