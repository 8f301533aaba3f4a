import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { backups, drills, overview, recovery, restorePoints } from '../../data/queries.ts';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import type { BackupRun, Recovery } from '../../view/resources.ts';
import { AchievementChart } from './achievement-chart.tsx';
import { Actions } from './actions.tsx';
import { Clones, Copies } from './copies.tsx';
import { Domains } from './domains.tsx';
import { Drills } from './drills.tsx';
import { EndedList, JustEnded } from './ended.tsx';
import { CoverageList, NextUp, OnPaper } from './outlook.tsx';
import { RestorePoints } from './restore-points.tsx';
import { Retention } from './retention.tsx';
import { LastFailure, UnderWay } from './running.tsx';
import { Standing } from './standing.tsx';
import './drills.css';
import './outlook.css';
import './reach.css';
import './restore.css';
import './restore-dialog.css';
import './standing.css';

function Lead({ recovery: found }: { readonly recovery: Recovery }) {
  const facts = [found.tenant, found.stage, found.tier, `${found.method} backups`, found.repository];
  return (
    <>
      <Link to="/environments/$name" params={{ name: found.environment }}>
        {found.environment}
      </Link>
      {' · '}
      {facts.filter((fact) => fact !== null && fact !== '').join(' · ')}
    </>
  );
}

function WhetherLastFailed({ runs }: { readonly runs: readonly BackupRun[] }) {
  const lastEnded = runs.find(({ state }) => state === 'succeeded' || state === 'failed');
  return lastEnded?.state === 'failed' ? <LastFailure run={lastEnded} /> : null;
}

function DrillHistory({ name, timezone }: { readonly name: string; readonly timezone: string }) {
  const query = useQuery(drills(name));
  return (
    <Section title="Drills" note="Newest first, phases on one scale">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No drill has been run" command={`plimsoll drill run ${name}`}>
              A drill restores a backup apart from everything, boots its Odoo, runs the journeys and checks the data.
            </EmptyState>
          ) : (
            <Drills drills={items} timezone={timezone} />
          )
        }
      </Answered>
    </Section>
  );
}

function Body({ found, timezone }: { readonly found: Recovery; readonly timezone: string }) {
  const name = found.environment;
  const points = useQuery(restorePoints(name));
  const runs = useQuery(backups(name));
  return (
    <>
      <Standing recovery={found} timezone={timezone} />
      <UnderWay name={name} />
      <JustEnded name={name} />
      <WhetherLastFailed runs={runs.data?.items ?? []} />
      <div className="columns">
        <div>
          <Answered query={points} waiting={<Skeleton lines={6} height={44} />}>
            {({ items }) => <RestorePoints points={items} recovery={found} timezone={timezone} />}
          </Answered>
          {found.trend.length > 0 && (
            <Section title="Achieved against target" note="Every drill of the last 90 days">
              <div className="reach-pair">
                <AchievementChart name="RPO" meaning="Work lost" recovery={found} timezone={timezone} />
                <AchievementChart name="RTO" meaning="Time to a serving Odoo" recovery={found} timezone={timezone} />
              </div>
              <Domains items={[found]} />
            </Section>
          )}
          <DrillHistory name={name} timezone={timezone} />
          <Clones name={name} timezone={timezone} />
          <EndedList name={name} />
        </div>
        <aside>
          <NextUp recovery={found} timezone={timezone} />
          <Retention name={name} timezone={timezone} />
          <Copies name={name} />
          <CoverageList coverage={found.coverage} />
          <OnPaper recovery={found} />
        </aside>
      </div>
    </>
  );
}

/** The recovery of one environment: what is proven, what can be restored, what comes next. */
export function RecoveryPage() {
  const { name } = useParams({ from: '/shell/environments/$name/recovery' });
  const query = useQuery(recovery(name));
  const estate = useQuery(overview());
  const timezone = estate.data?.environments.find((each) => each.name === name)?.sites[0]?.timezone ?? 'UTC';
  return (
    <Page
      title={`Recovery of ${name}`}
      lead={query.data === undefined ? '\u00a0' : <Lead recovery={query.data} />}
      aside={query.data === undefined ? undefined : <Actions recovery={query.data} />}
    >
      <Answered query={query} waiting={<Skeleton lines={7} height={72} />}>
        {(found) => <Body found={found} timezone={timezone} />}
      </Answered>
    </Page>
  );
}
