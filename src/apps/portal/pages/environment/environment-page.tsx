import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { environment } from '../../data/queries.ts';
import { Verdict } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { ServiceTable } from '../../parts/service-table.tsx';
import { Answered, EmptyState, Skeleton } from '../../parts/states.tsx';
import { TimeLeft, ZonedTime } from '../../parts/times.tsx';
import { judgedNow } from '../../view/judgement.ts';
import type { EnvironmentDetail } from '../../view/resources.ts';
import { siteBacklogSentences } from '../../view/site-backlogs.ts';
import { Agenda } from './agenda.tsx';
import { BacklogChart } from './backlog-chart.tsx';
import { Declared } from './declared.tsx';
import { Indicators } from './indicators.tsx';
import { LatencySection } from './latency.tsx';
import { Lifecycle } from './lifecycle.tsx';
import { LoadLine } from './load-line.tsx';
import { RecoveryGlance } from './recovery-glance.tsx';
import { Timeline } from './timeline.tsx';
import './environment.css';
import './figures.css';

function Lead({ detail }: { readonly detail: EnvironmentDetail }) {
  const facts = [
    detail.tenant,
    detail.stage,
    detail.tier,
    `Odoo ${detail.odooVersion}`,
    detail.platform,
    detail.region,
  ];
  return <>{facts.filter((fact) => fact !== null && fact !== '').join(' · ')}</>;
}

function NextCutOff({ detail }: { readonly detail: EnvironmentDetail }) {
  const next = detail.nextCutOff;
  if (next === null) return <p className="quiet">No cut-off is declared for its sites.</p>;
  return (
    <p className="next-cut-off">
      <TimeLeft until={next.at} />
      <span>
        to <b>{next.name}</b> at {next.site}, <ZonedTime at={next.at} timezone={next.timezone} />
      </span>
    </p>
  );
}

function Detail({ detail }: { readonly detail: EnvironmentDetail }) {
  const now = useCoarseNow();
  const judged = judgedNow(detail, now);
  return (
    <>
      <div className="verdicts">
        <Verdict title="Business" verdict={judged.business} />
        <Verdict title="Infrastructure" verdict={judged.infrastructure} />
      </div>
      <div className="columns">
        <div>
          <Section title="Backlog against deadlines" note={<NextCutOff detail={judged} />}>
            <BacklogChart detail={judged} />
            {siteBacklogSentences(judged).map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </Section>
          <Section title="Services">
            {judged.services.length === 0 ? (
              <EmptyState title="No business service names this environment">
                Declare a <code>BusinessService</code> with a journey, so that its business health can be proven.
              </EmptyState>
            ) : (
              <ServiceTable caption={`Business services on ${judged.name}`} services={judged.services} />
            )}
          </Section>
          <LatencySection detail={judged} />
          <Indicators detail={judged} />
        </div>
        <aside>
          <LoadLine detail={judged} />
          <RecoveryGlance environment={judged.name} />
          <Timeline environment={judged.name} />
          <Agenda calendar={judged.calendar} />
          <Declared detail={judged} />
        </aside>
      </div>
    </>
  );
}

/** One environment: both answers with their reasons, then everything that led to them. */
export function EnvironmentPage() {
  const { name } = useParams({ from: '/shell/environments/$name' });
  const query = useQuery(environment(name));
  return (
    <Page
      title={name}
      lead={query.data === undefined ? '\u00a0' : <Lead detail={query.data} />}
      aside={query.data === undefined ? undefined : <Lifecycle environment={query.data} />}
    >
      <Answered query={query} waiting={<Skeleton lines={6} height={72} />}>
        {(detail) => <Detail detail={detail} />}
      </Answered>
    </Page>
  );
}
