// How each documented command is tried: this table says it of every one, and tests carry it out.

/** Where a command is run for real, or why it is run elsewhere. */
export type Way =
  /** In an empty working directory, with nothing running. */
  | { readonly on: 'nothing'; readonly exit?: number }
  /** Against the made-up server. */
  | { readonly on: 'the made-up server'; readonly exit?: number }
  /** In the acceptance run, on the example that is up. `shorter` replaces words that would take long, `more` names what the example has several of. */
  | {
      readonly on: 'the example';
      /** Ends with 0 or 1, whichever the example has earned by then. */
      readonly isVerdict?: true;
      readonly shorter?: readonly [string, string];
      readonly more?: readonly string[];
    }
  /** Not by these tests: what it does, and the test that does it. */
  | { readonly on: 'its own test'; readonly why: string; readonly test: string };

const alone = { on: 'nothing' } as const;
const server = { on: 'the made-up server' } as const;
const example = { on: 'the example' } as const;
const elsewhere = (why: string, test: string): Way => ({ on: 'its own test', why, test });

const recoveryTests = 'src/workflows/recovery';
const restores = 'test/recovery/restore-cli.real.test.ts';

/** The first pattern that fits says the way. */
export const ways: readonly (readonly [RegExp, Way])[] = [
  [
    /^(connect|probe) production\b/,
    elsewhere('needs an Odoo that runs already', 'test/documented/newcomer.real.test.ts'),
  ],
  [/^(check|calendar|compile|init)\b/, alone],
  // The example watches almost all that it has: what is left exits with 1.
  [/^coverage\b/, { ...alone, exit: 1 }],
  [/^graph\b.*--estate/, alone],
  [/^(slo|forecast) replay\b/, alone],

  [/^alerts (on-call|unanswered)$/, { ...server, exit: 1 }],
  [/^alerts\b/, server],
  [/^incident\b/, server],
  [/^environment\b/, server],

  [/^(status|slo|causes|recovery status)\b/, { ...example, isVerdict: true }],
  [/^recovery cancel\b/, elsewhere('ends what runs', 'src/apps/cli/commands/recovery-tasks.test.ts')],
  [/^(probe|metrics|ledger|component|recovery|graph)\b/, example],
  [/^connect acme-prod$/, example],
  [/^access (link|withdraw-links|token)\b/, example],
  [/^journey install\b/, { ...example, more: ['--yes'] }],
  [/^journey\b/, example],
  [/^load run\b/, { ...example, shorter: ['10m', '10s'] }],
  [/^archive state\b/, example],
  [/^backup keys (create|check|list|in-use)(?!.*--with)/, { ...example, more: ['--repository', 'northsea-west'] }],
  [/^backup (run|mark|list|growth)\b/, example],
  [/^backup verify acme-prod$/, example],
  [/^backup (prune|copy)\b.*--dry-run/, example],
  [/^drill (list|sweep)\b/, example],
  [/^restore acme-prod .*--dry-run/, example],
  [/^clone list$/, example],

  [/^(up|down)\b/, elsewhere('makes and ends a whole system', 'test/up.real.test.ts')],
  [/^serve --fake/, elsewhere('serves until it is stopped', 'test/portal/behaviour.real.test.ts')],
  [/^serve\b/, elsewhere('serves until it is stopped', 'src/apps/server/serve.real.test.ts')],
  [
    /^connect acme-prod --admin/,
    elsewhere('needs an administrator of the database', 'src/workflows/observe-environment.real.test.ts'),
  ],
  [
    /^backup keys (rotate|drop|check --with)/,
    elsewhere('changes keys for good', 'src/adapters/repository/file-key-ring.test.ts'),
  ],
  [/^backup prune\b/, elsewhere('deletes backups', `${recoveryTests}/prune.test.ts`)],
  [
    /^backup (copy|verify acme-prod --copy)\b/,
    elsewhere('needs a second region with a dump in it', 'test/recovery/keeping.real.test.ts'),
  ],
  [/^drill run\b/, elsewhere('restores a whole system', 'test/recovery/drill-cli.real.test.ts')],
  [/^restore\b/, elsewhere('replaces or makes a whole system', restores)],
  [/^clone\b/, elsewhere('makes a whole system', restores)],
];

/** The way of a command, and which pattern says so. */
export function wayOf(command: string): { readonly way: Way; readonly index: number } | undefined {
  const index = ways.findIndex(([pattern]) => pattern.test(command));
  const way = ways[index]?.[1];
  return way === undefined ? undefined : { way, index };
}
