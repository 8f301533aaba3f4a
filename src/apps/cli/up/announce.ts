import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDuration } from '../../../core/kernel/index.ts';
import { readAnnouncement, supervisorPid } from '../../wire-up.ts';
import type { CommandContext } from '../command.ts';
import type { TimedStep } from '../progress.ts';
import type { UpRequest } from './session.ts';

/** Steps shorter than this are not worth a line. */
const toldFromSeconds = 2;

/** The one-time link that `serve` wrote before it was ready; none where somebody can sign in already. */
export async function signInLink(stateDirectory: string): Promise<string | undefined> {
  const text = await readFile(join(stateDirectory, 'sign-in-link'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

/** Where the time went, longest first; `undefined` where nothing took long. */
function longSteps(steps: readonly TimedStep[]): string | undefined {
  const long = steps.filter(({ seconds }) => seconds >= toldFromSeconds).toSorted((a, b) => b.seconds - a.seconds);
  if (long.length === 0) return undefined;
  return long.map(({ title, seconds }) => `${title} ${formatDuration(Math.round(seconds))}`).join(' · ');
}

/** Says that everything is up: addresses, the way in, and where the time went. */
export async function announceReady(
  request: UpRequest,
  up: { readonly portal: string | null; readonly seconds: number; readonly steps: readonly TimedStep[] },
  { output, settings }: CommandContext,
): Promise<void> {
  const link = up.portal === null ? undefined : await signInLink(settings.stateDirectory);
  output.line();
  output.line(`Up in ${formatDuration(up.seconds)}.`);
  const long = longSteps(up.steps);
  if (long !== undefined) output.line(`  of that: ${long}`);
  for (const { name, connect } of request.environments) {
    const url = typeof connect.odoo?.url === 'string' ? connect.odoo.url : 'its declared address';
    output.line(
      `  ${name}: ${url} (password of admin in ${join(settings.stateDirectory, name, 'odoo-admin-password')})`,
    );
  }
  if (up.portal !== null) output.line(`  portal: ${up.portal}`);
  if (link !== undefined) output.line(`  sign in once: ${link}`);
  output.line('Stop with Ctrl-C or `plimsoll down`; logs are in the state directory.');
  output.json({
    environments: request.environments.map(({ name }) => name),
    platforms: Object.fromEntries(request.platforms),
    portal: up.portal,
    signInLink: link ?? null,
    seconds: up.seconds,
    steps: up.steps,
  });
}

/** Says that another process keeps everything up already. */
export async function alreadyUp({ settings, output }: CommandContext): Promise<number> {
  const pid = await supervisorPid(settings.stateDirectory);
  const known = await readAnnouncement(settings.stateDirectory);
  const portal = known?.portal ?? null;
  const link = portal === null ? undefined : await signInLink(settings.stateDirectory);
  const state = known === undefined ? 'is bringing it up' : 'keeps it up';
  output.line(`Already up: process ${pid ?? 'unknown'} ${state} in ${settings.stateDirectory}.`);
  if (portal !== null) output.line(`  portal: ${portal}`);
  if (link !== undefined) output.line(`  sign in once: ${link}`);
  output.json({ environments: known?.environments ?? [], portal, signInLink: link ?? null, seconds: 0, steps: [] });
  return 0;
}
