import type { Connection, PartProvision, PlatformPart } from '../model.ts';
import { platformParts } from '../schema/environment.ts';
import type { Declared } from '../schema/index.ts';

type DeclaredEnvironment = Declared<'Environment'>;
type DeclaredParts = NonNullable<DeclaredEnvironment['parts']>;

/**
 * The parts an environment stands on: what it declares, else what the estate shares, else what its platform brings.
 * `none` says that a part is absent on purpose; it is absent all the same.
 */
export function resolveParts(
  declared: DeclaredEnvironment,
  shared: Declared<'Estate'>['parts'],
  connect: Connection,
): Readonly<Partial<Record<PlatformPart, PartProvision>>> {
  const provided = providedByPlatform(declared, connect);
  const found: Partial<Record<PlatformPart, PartProvision>> = {};
  for (const part of platformParts) {
    const provision = readPart(declared.parts?.[part]) ?? readPart(shared?.[part]) ?? provided[part];
    if (provision !== undefined && provision.provider !== 'none') found[part] = provision;
  }
  return found;
}

function readPart(part: DeclaredParts[PlatformPart]): PartProvision | undefined {
  if (part === undefined) return undefined;
  if (typeof part === 'string') return { provider: part, isConnected: true };
  return { provider: part.provider, isConnected: part.connected ?? true };
}

/** What comes with every platform: Odoo's processes, PostgreSQL and, once Plimsoll can reach it, the metrics. */
function providedByPlatform(
  { platform, workers, redis }: DeclaredEnvironment,
  connect: Connection,
): Partial<Record<PlatformPart, PartProvision>> {
  const isReached = connect.odoo !== undefined || connect.postgres !== undefined;
  const from = (provider: string, isThere: boolean, isConnected = true): PartProvision | undefined =>
    isThere ? { provider, isConnected } : undefined;
  const background = (workers?.gevent ?? 1) + (workers?.integration ?? 0) + (workers?.reporting ?? 0);
  const parts = {
    web: from(platform, (workers?.web ?? 1) > 0),
    workers: from(platform, background > 0),
    'scheduled-jobs': from(platform, (workers?.cron ?? 1) > 0),
    postgres: from(platform, true),
    redis: from(platform, redis !== undefined || connect.redis !== undefined),
    ingress: from('declared', connect.ingress !== undefined),
    metrics: from('plimsoll', isReached),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}
