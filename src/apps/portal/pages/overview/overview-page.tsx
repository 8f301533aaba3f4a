import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { overview } from '../../data/queries.ts';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { judgedNow, rankEnvironments } from '../../view/judgement.ts';
import type { Overview } from '../../view/resources.ts';
import { Answers } from './answers.tsx';
import { CutOffStrip } from './cut-off-strip.tsx';
import { EnvironmentList } from './environment-list.tsx';
import './overview.css';

function Diagnostics({ counts }: { readonly counts: Overview['diagnosticCount'] }) {
  if (counts.errors === 0 && counts.warnings === 0) return null;
  const part = (count: number, noun: string) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]);
  return (
    <p className="quiet estate-note">
      The estate as declared has{' '}
      <Link to="/check">{[...part(counts.errors, 'error'), ...part(counts.warnings, 'warning')].join(' and ')}</Link>.
    </p>
  );
}

function Estate({ data }: { readonly data: Overview }) {
  const now = useCoarseNow();
  const environments = rankEnvironments(data.environments.map((each) => judgedNow(each, now)));
  return (
    <>
      <Answers overview={data} />
      {environments.length === 0 ? (
        <EmptyState title="No environment is declared yet" command="plimsoll init && plimsoll check">
          An environment is one Odoo system. Describe yours in the estate directory, or let the command ask.
        </EmptyState>
      ) : (
        <>
          <CutOffStrip cutOffs={data.cutOffs} />
          <EnvironmentList environments={environments} />
        </>
      )}
      <Diagnostics counts={data.diagnosticCount} />
    </>
  );
}

/** The first screen: three answers, the next cut-offs, and every environment, worst first. */
export function OverviewPage() {
  const query = useQuery(overview());
  return (
    <Page title="Overview">
      <Answered query={query} waiting={<Skeleton lines={7} height={64} />}>
        {(data) => <Estate data={data} />}
      </Answered>
    </Page>
  );
}
