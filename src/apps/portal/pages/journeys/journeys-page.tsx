import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { journeyRuns, overview, services } from '../../data/queries.ts';
import { Filter } from '../../parts/filter.tsx';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import type { JourneyRun } from '../../view/resources.ts';
import { JourneyRunItem } from './journey-run.tsx';
import { RunNow } from './run-now.tsx';
import './journeys.css';

function Runs(props: { readonly runs: readonly JourneyRun[]; readonly openId: string | undefined }) {
  if (props.runs.length === 0) {
    return (
      <EmptyState title="No journey has run" command="plimsoll journey install">
        A journey proves a business service on the real Odoo. The command sets up the synthetic company it works in.
      </EmptyState>
    );
  }
  const openId = props.openId ?? props.runs[0]?.id;
  const longest = Math.max(...props.runs.map((run) => run.durationSeconds));
  return (
    <ul className="runs">
      {props.runs.map((run) => (
        <JourneyRunItem key={run.id} run={run} isOpen={run.id === openId} longest={longest} />
      ))}
    </ul>
  );
}

/** Journey runs with the time of each step, newest first. */
export function JourneysPage() {
  const search = useSearch({ from: '/shell/journeys' });
  const navigate = useNavigate({ from: '/journeys' });
  const query = useQuery(
    journeyRuns({
      ...(search.environment === undefined ? {} : { environment: search.environment }),
      ...(search.journey === undefined ? {} : { journey: search.journey }),
    }),
  );
  const estate = useQuery(overview());
  const known = useQuery(services());
  const environments = (estate.data?.environments ?? []).map((each) => each.name).sort();
  const journeys = (known.data?.items ?? []).map((each) => each.journey).filter((name) => name !== null);
  const change = (next: { environment?: string; journey?: string }) =>
    void navigate({ search: ({ run: _, ...before }) => ({ ...before, ...next }), replace: true });
  return (
    <Page
      title="Journeys"
      lead="Synthetic transactions that prove a business service on the real Odoo, step by step."
      aside={<RunNow environment={search.environment} journey={search.journey} />}
    >
      <div className="filters">
        <Filter
          label="Environment"
          value={search.environment}
          options={environments}
          onChange={(environment) => change({ environment })}
        />
        <Filter
          label="Journey"
          value={search.journey}
          options={[...new Set(journeys)].sort()}
          onChange={(journey) => change({ journey })}
        />
      </div>
      <Answered query={query}>{({ items }) => <Runs runs={items} openId={search.run} />}</Answered>
    </Page>
  );
}
