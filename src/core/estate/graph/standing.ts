import type { Environment, PlainOrSecret } from '../model.ts';

/** Something outside an environment that one of its components stands on. */
export interface Footing {
  readonly component: string;
  readonly kind: 'server' | 'provider';
  readonly name: string;
  readonly why: string;
}

/** Providers that say how a part is run, and not who runs it. */
const nobodys = new Set(['host', 'compose', 'kubernetes', 'declared', 'plimsoll']);

/** The machine of an address that is written plainly; all names of this machine are one. */
function serverOf(url: PlainOrSecret | undefined): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  if (hostname === '') return undefined;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? 'localhost' : hostname;
}

/**
 * What the components of an environment stand on and may share with others: the machine of their address, and whoever is
 * declared to provide them. An address that is a secret names no machine.
 */
export function footingsOf(environment: Environment): readonly Footing[] {
  const { connect, platform, workers, parts } = environment;
  const odoo = serverOf(connect.odoo?.url);
  const isOneMachine = platform !== 'kubernetes';
  const own: Readonly<Record<string, string | undefined>> = {
    postgres: serverOf(connect.postgres?.url) ?? (isOneMachine ? odoo : undefined),
    redis: serverOf(connect.redis?.url) ?? (isOneMachine ? odoo : undefined),
    ingress: serverOf(connect.ingress?.url),
    filestore: isOneMachine ? odoo : undefined,
    ...Object.fromEntries(Object.entries(workers).flatMap(([worker, count]) => (count > 0 ? [[worker, odoo]] : []))),
  };
  const servers = Object.entries(own).flatMap(([component, name]): readonly Footing[] =>
    name === undefined ? [] : [{ component, kind: 'server', name, why: 'it is reached there' }],
  );
  const providers = (['postgres', 'redis', 'ingress', 'identity'] as const).flatMap((component): readonly Footing[] => {
    const name = parts[component]?.provider;
    return name === undefined || nobodys.has(name)
      ? []
      : [{ component, kind: 'provider', name, why: 'who provides it' }];
  });
  return [...servers, ...providers];
}
