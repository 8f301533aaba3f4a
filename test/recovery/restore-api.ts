import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ApiProblem, createApiClient, routes } from '../../src/apps/contract/index.ts';
import { installPortal } from '../portal/build.ts';
import { eventually, runCli, type ServeProcess, startServe } from '../serve.ts';
import type { openRestoreGround } from './restore-ground.ts';

type Ground = Awaited<ReturnType<typeof openRestoreGround>>;

/** Always at its busiest: nothing that is not asked for is begun, such as the first drill. */
export const alwaysPeak = `---
kind: Site
name: quay
type: warehouse
timezone: Etc/UTC
calendar:
  - { name: rush, kind: peak, rule: "FREQ=DAILY;BYHOUR=0;BYMINUTE=0", lasts: 24h }
`;

const isUnderWay = (state: string): boolean => ['waiting', 'running', 'lost'].includes(state);

/** `plimsoll serve` over the ground, with the portal, and its API as people with tokens call it. */
export async function serveGround(ground: Ground) {
  await installPortal();
  const estate = join(ground.directory, 'estate-served');
  await mkdir(estate, { recursive: true });
  const declared = await readFile(join(ground.estate, 'estate.yaml'), 'utf8');
  await writeFile(join(estate, 'estate.yaml'), declared.replace('lab: true', 'lab: true\nsites: [quay]') + alwaysPeak);
  const serve = (): Promise<ServeProcess> => startServe({ estate, state: ground.state, environment: {} });
  let server = await serve();
  const secrets = new Map<string, string>();
  const tokenOf = async (role: string): Promise<string> => {
    const known = secrets.get(role);
    if (known !== undefined) return known;
    const asked = { PLIMSOLL_STATE: ground.state, PLIMSOLL_SERVER: server.url };
    const { output, errors } = await runCli(['access', 'token', 'create', role, '--role', role, '--json'], asked);
    if (output === '') throw new Error(`no token for ${role}: ${errors}`);
    const { secret } = JSON.parse(output) as { secret: string };
    secrets.set(role, secret);
    return secret;
  };
  const as = async (role: 'administrator' | 'operator') =>
    createApiClient({ baseUrl: server.url, token: await tokenOf(role) });
  const task = async (id: string) => (await as('administrator')).call(routes.getRecoveryTask, { params: { id } });
  const followed = async (id: string) => {
    const steps = new Set<string>();
    let mostBytes = 0;
    const ended = await eventually(400, async () => {
      const seen = await task(id).catch(() => undefined);
      if (seen === undefined) return undefined;
      if (seen.step !== null) steps.add(seen.step);
      mostBytes = Math.max(mostBytes, seen.doneBytes ?? 0);
      return isUnderWay(seen.state) ? undefined : seen;
    });
    return { ended, steps: [...steps], mostBytes };
  };
  return {
    /** By which the first administrator comes. */
    link: (): string => server.link ?? '',
    as,
    task,
    /** Its record once it has come to its end, the steps that it told on its way, and the most bytes that one had done. */
    followed,
    ended: async (id: string) => (await followed(id)).ended,
    /** Kills the controller, and starts another one. */
    killed: async (): Promise<void> => {
      await server.kill('SIGKILL');
      server = await serve();
    },
    written: () => server.written(),
    close: () => server.kill('SIGTERM'),
  };
}

/** The codes of a refusal, or what else was wrong. */
export async function codesOf(asked: Promise<unknown>): Promise<readonly string[]> {
  const problem = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (problem === undefined) return [];
  if (!(problem instanceof ApiProblem)) throw problem;
  expect(problem.status).toBeGreaterThanOrEqual(400);
  return problem.problem.reasons?.map(({ code }) => code) ?? [problem.problem.code];
}
