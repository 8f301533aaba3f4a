import { Fault } from '../../../core/kernel/index.ts';
import { verifyLedger } from '../../../workflows/verify-ledger.ts';
import { actorOf } from '../authorize.ts';
import { findEnvironment } from '../find-environment.ts';
import type { HandlerGroup } from '../handler.ts';
import { drillView, findingView, journeyView, ledgerView } from '../views/format.ts';

type Names =
  | 'listJourneyRuns'
  | 'getJourneyRun'
  | 'listDrills'
  | 'runJourney'
  | 'listFindings'
  | 'getFinding'
  | 'listLedger'
  | 'verifyLedger';

/** What was recorded: journeys, findings, the ledger. */
export const recordHandlers: HandlerGroup<Names> = (deps) => ({
  listJourneyRuns: async ({ query }) => ({ items: (await deps.store.journeys.list(query)).map(journeyView) }),
  getJourneyRun: async ({ params }) => {
    const run = await deps.store.journeys.get(params.id);
    if (run === undefined) throw new Fault('NOT_FOUND', `There is no journey run ${params.id}.`);
    return journeyView(run);
  },
  listDrills: async ({ query }) => ({ items: (await deps.store.drills.list(query)).map(drillView) }),
  runJourney: async ({ params, caller, signal }) => {
    const environment = findEnvironment(deps, params.name);
    const run = await deps.runJourney(environment.name, params.journey, signal);
    if (run === undefined) throw new Fault('NOT_FOUND', `${environment.name} has no journey ${params.journey}.`);
    await deps.store.ledger.append(
      {
        actor: actorOf(caller),
        type: 'journey.run-on-request',
        subject: `environment/${environment.name}`,
        data: { journey: params.journey, run: run.id, outcome: run.outcome },
      },
      deps.clock.now(),
    );
    return journeyView(run);
  },
  listFindings: async ({ query }) => {
    const { environment, limit } = query;
    const findings = await deps.store.findings.list({
      environment,
      limit,
      includeClosed: query.includeClosed === 'true',
    });
    return { items: findings.map(findingView) };
  },
  getFinding: async ({ params }) => {
    const finding = await deps.store.findings.get(params.id);
    if (finding === undefined) throw new Fault('NOT_FOUND', `There is no finding ${params.id}.`);
    return findingView(finding);
  },
  listLedger: async ({ query }) => ({ items: (await deps.store.ledger.tail(query)).map(ledgerView) }),
  verifyLedger: async () => {
    const { broken, entryCount, head } = await verifyLedger(deps.store, deps.hash);
    return {
      isIntact: broken === undefined,
      entryCount,
      firstBrokenSequence: broken?.sequence ?? null,
      problem: broken?.problem ?? null,
      head: broken === undefined && entryCount > 0 ? head.hash : null,
    };
  },
});
