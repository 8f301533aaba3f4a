import type { Environment } from '../estate/index.ts';

/** A part of `connect:` that the estate does not declare, and what nobody sees without it. */
export interface NotObserved {
  readonly part: 'odoo' | 'postgres' | 'log' | 'filestore';
  readonly means: string;
}

/** What the health of an environment does not take into account, because the estate does not say how to reach it. */
export function notObserved({ connect }: Environment): readonly NotObserved[] {
  const throughOdoo = connect.odoo?.apiKey !== undefined;
  const parts: readonly (NotObserved & { readonly isDeclared: boolean })[] = [
    {
      part: 'odoo',
      isDeclared: connect.odoo !== undefined,
      means: 'whether Odoo answers, and no journey runs',
    },
    {
      part: 'postgres',
      isDeclared: connect.postgres !== undefined,
      means: throughOdoo
        ? 'locks, bloat, sizes and connections of the database; of the business only what Odoo itself counts: open and late transfers, scheduled actions, outgoing mail'
        : 'the database, and every business indicator',
    },
    { part: 'log', isDeclared: connect.log !== undefined, means: 'the latency of requests by class' },
    { part: 'filestore', isDeclared: connect.filestore !== undefined, means: 'the filestore' },
  ];
  return parts.filter(({ isDeclared }) => !isDeclared).map(({ part, means }) => ({ part, means }));
}
