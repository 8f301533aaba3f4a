import type { AlertSignal } from '../../src/core/alert/index.ts';
import type { Environment, Estate } from '../../src/core/estate/index.ts';
import { dhl, lock, now, estate as small } from './alert-ground.ts';

const [acme] = small.environments;
if (acme === undefined) throw new Error('the ground has an environment');

const on = (name: string, server: string, owner = 'platform'): Environment => ({
  ...{ ...acme, name, tenant: name.replace('-prod', ''), owner },
  connect: { ...acme.connect, postgres: { url: `postgresql://${server}:5432/odoo` } },
});

/** Three customers: two on one database server, all three with the same carrier. */
export const shared: Estate = {
  ...small,
  environments: [
    on('acme-prod', 'db-1'),
    on('beta-prod', 'db-1'),
    on('gamma-prod', 'db-2'),
    ...small.environments.slice(1),
  ],
  integrations: small.integrations.map((each) => ({
    ...each,
    owner: 'platform',
    environments: ['acme-prod', 'beta-prod', 'gamma-prod'],
  })),
};

/** The same with another team that runs one of them. */
export const sharedBetweenTeams: Estate = {
  ...shared,
  environments: shared.environments.map((each) => (each.name === 'beta-prod' ? { ...each, owner: 'lead' } : each)),
};

/** No connection to the database of an environment. */
export function databaseGone(environment: string, secondsAfter = 0, change: Partial<AlertSignal> = {}): AlertSignal {
  return {
    ...lock({ environment, key: `finding/health/${environment}/postgres`, code: 'POSTGRES_UNREACHABLE' }),
    ...{ subject: 'postgres', summary: 'PostgreSQL refused connections.' },
    startedAt: now.add({ seconds: secondsAfter }),
    ...change,
  };
}

/** What an Alertmanager that watches the carrier says for an environment. */
export function carrierGone(environment: string, secondsAfter = 0): AlertSignal {
  return {
    ...lock({ environment, key: `alertmanager/${environment}`, source: 'alertmanager', code: 'CarrierDown' }),
    ...{ subject: 'dhl-api', theme: 'partner/dhl', summary: 'No label was printed for 5 min.' },
    startedAt: now.add({ seconds: secondsAfter }),
  };
}

/** What waits for the lorry in an environment. */
export const waitingIn = (environment: string, items: number) => ({
  ...{ environment, deadline: dhl, items, measuredAt: now },
});
