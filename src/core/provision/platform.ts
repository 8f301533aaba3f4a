import type { Environment } from '../estate/index.ts';
import { type Refusal, refuse } from '../kernel/index.ts';

/** A platform that a bring-up can run an environment on. */
export type UpPlatform = 'host' | 'compose';

/** Why each platform cannot work on this machine, in words; `undefined` where it can. */
export interface PlatformObstacles {
  readonly host: string | undefined;
  readonly compose: string | undefined;
}

/** What speaks for a platform: what was asked for now, and what an earlier run of this state directory used. */
export interface PlatformWishes {
  readonly asked: UpPlatform | undefined;
  readonly remembered: UpPlatform | undefined;
}

export interface PlatformChoice {
  readonly kind: 'platform';
  readonly platform: UpPlatform;
  /** Said to people where the choice is not simply the declared one. */
  readonly why: string | undefined;
}

const connectHint = (environment: string): string =>
  `To watch an Odoo that already runs instead, name it in \`connect:\` of ${environment} and run \`plimsoll serve\`.`;

function cannot(environment: string, platform: UpPlatform, obstacle: string): Refusal {
  const needs =
    platform === 'host'
      ? 'Platform host needs Debian 12 as root; `--platform compose` needs a Docker engine with Compose.'
      : 'Platform compose needs a Docker engine that this user may use, and Docker Compose 2.';
  return refuse({
    code: platform === 'host' ? 'PLATFORM_UNSUPPORTED' : 'ENGINE_UNREACHABLE',
    message: `Platform ${platform} cannot run ${environment} here: ${obstacle}.`,
    hint: `${needs} ${connectHint(environment)}`,
  });
}

/**
 * The platform that runs an environment here: the one asked for, else the one it was first brought up on, else the declared
 * one; containers stand in for a host that this machine cannot be. Data of one platform is not moved to another.
 */
export function choosePlatform(
  { name, platform: declared }: Pick<Environment, 'name' | 'platform'>,
  { asked, remembered }: PlatformWishes,
  obstacles: PlatformObstacles,
): PlatformChoice | Refusal {
  if (asked !== undefined && remembered !== undefined && asked !== remembered) {
    return refuse({
      code: 'PLATFORM_UNSUPPORTED',
      message: `${name} was brought up on platform ${remembered} in this state directory; its data stays there.`,
      hint: `Leave --platform out, or use another state directory (PLIMSOLL_STATE) for platform ${asked}.`,
    });
  }
  const settled = asked ?? remembered;
  if (settled !== undefined) {
    const obstacle = obstacles[settled];
    if (obstacle !== undefined) return cannot(name, settled, obstacle);
    return { kind: 'platform', platform: settled, why: undefined };
  }
  if (declared === 'compose') {
    if (obstacles.compose !== undefined) return cannot(name, 'compose', obstacles.compose);
    return { kind: 'platform', platform: 'compose', why: undefined };
  }
  if (obstacles.host === undefined) return { kind: 'platform', platform: 'host', why: undefined };
  if (obstacles.compose === undefined) {
    const why = `${obstacles.host}; the official images stand in, on the Docker engine`;
    return { kind: 'platform', platform: 'compose', why };
  }
  return refuse({
    code: 'PLATFORM_UNSUPPORTED',
    message: `Neither platform can run ${name} here. Host: ${obstacles.host}. Compose: ${obstacles.compose}.`,
    hint: `Use Debian 12 as root, or install and start Docker with Compose. ${connectHint(name)}`,
  });
}
