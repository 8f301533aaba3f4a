import { coverageFindings } from '../core/coverage/index.ts';
import type { Estate } from '../core/estate/index.ts';
import type { Diagnostic } from '../core/kernel/index.ts';
import { estateFindings, type FindingDraft } from '../core/observe/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { LoadedEstate } from './load-estate.ts';
import { reconcileFindings } from './reconcile-findings.ts';
import { recordDeclarations } from './record-declarations.ts';
import { registerEnvironments } from './register-environments.ts';

const reloadEverySeconds = 10;
const actor = { kind: 'controller', name: 'controller' } as const;

/** The estate as it runs: the last one without errors, and the diagnostics of the latest look at its files. */
export interface RunningEstate {
  readonly estate: Estate;
  readonly diagnostics: readonly Diagnostic[];
}

export interface WatchDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly load: () => Promise<LoadedEstate>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Findings that the estate itself gives, by environment. */
async function reconcileOwn({ store, clock }: WatchDeps, estate: Estate): Promise<void> {
  const today = clock.now().toZonedDateTimeISO('UTC').toPlainDate();
  const drafts = [...estateFindings(estate, today), ...coverageFindings(estate)];
  const scopes: (string | null)[] = [null, ...estate.environments.map((environment) => environment.name)];
  for (const environment of scopes) {
    const own: readonly FindingDraft[] = drafts.filter((draft) => draft.environment === environment);
    await reconcileFindings(store, { source: 'estate', environment }, own, actor, clock.now());
  }
}

const manyFindings = 100_000;

/** Nobody looks at an environment that is no longer declared: what was found there is closed, whoever found it. */
async function closeUndeclared({ store, clock }: WatchDeps, estate: Estate): Promise<void> {
  const declared = new Set(estate.environments.map((environment) => environment.name));
  const open = await store.findings.list({ includeClosed: false, limit: manyFindings });
  const left = open.filter(({ environment }) => environment !== null && !declared.has(environment));
  const scopes = new Map(left.map(({ source, environment }) => [`${source} ${environment}`, { source, environment }]));
  for (const scope of scopes.values()) await reconcileFindings(store, scope, [], actor, clock.now());
}

const textOf = (loaded: LoadedEstate): string => JSON.stringify([loaded.files, loaded.diagnostics]);

/** Keeps the estate in step with its files. An estate with errors never replaces one without. */
export function createEstateWatch(deps: WatchDeps, first: LoadedEstate & { readonly estate: Estate }) {
  let current: RunningEstate = { estate: first.estate, diagnostics: first.diagnostics };
  let text = textOf(first);
  const adopt = async (): Promise<void> => {
    await registerEnvironments(deps, current.estate.environments);
    await reconcileOwn(deps, current.estate);
    await closeUndeclared(deps, current.estate);
  };
  const reload = async (): Promise<void> => {
    const loaded = await deps.load();
    if (textOf(loaded) === text) return;
    text = textOf(loaded);
    const before = current.estate;
    current = { estate: loaded.estate ?? current.estate, diagnostics: loaded.diagnostics };
    if (loaded.estate !== undefined) {
      await adopt();
      await recordDeclarations(deps, before, loaded.estate, actor);
    }
    const event = {
      type: 'dev.plimsoll.estate.reloaded',
      subject: 'estate',
      data: { isSound: loaded.estate !== undefined },
    };
    await deps.store.events.append([event], deps.clock.now());
    deps.log({ level: 'info', message: 'the estate was read again', isSound: loaded.estate !== undefined });
  };
  return {
    current: (): RunningEstate => current,
    async run(signal: AbortSignal): Promise<void> {
      await adopt();
      while (!signal.aborted) {
        await deps.clock.sleep(reloadEverySeconds, signal).catch(() => {});
        if (signal.aborted) return;
        await reload().catch((error: unknown) => {
          deps.log({ level: 'error', message: 'the estate could not be read', error: String(error) });
        });
      }
    },
  };
}
