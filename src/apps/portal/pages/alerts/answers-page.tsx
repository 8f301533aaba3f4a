import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertNoise, onCall, unansweredSignals } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthWord } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import type { AlertNoise, OnCallTeam } from '../../view/resources.ts';
import { groupUnanswered, type UnansweredGroup } from '../../view/unanswered.ts';
import './alerts.css';

type NoiseOfCode = AlertNoise['byCode'][number];

const noiseColumns: readonly Column<NoiseOfCode>[] = [
  { header: 'Alert', cell: ({ code }) => <code>{code}</code> },
  { header: 'Fired', cell: ({ fired }) => fired, isFigure: true },
  { header: 'Somebody told', cell: ({ told }) => told, isFigure: true },
  { header: 'Pages', cell: ({ pages }) => pages, isFigure: true },
  { header: 'Nobody needed it', cell: ({ nobodyNeeded }) => nobodyNeeded, isFigure: true },
  { header: 'Came back', cell: ({ repeats }) => repeats, isFigure: true, isSecondary: true },
  { header: 'Over in 5 min', cell: ({ brief }) => brief, isFigure: true, isSecondary: true },
];

function NoiseFigures({ noise }: { readonly noise: AlertNoise }) {
  const { nobodyNeededRatio: ratio } = noise;
  const figures = [
    ['Messages', noise.messages, `for ${noise.alerts} alerts`],
    ['Spared', noise.spared, 'signals and returns that made no message of their own'],
    ['Nobody needed', ratio === null ? 'none to tell' : `${Math.round(ratio * 100)} %`, 'of what was told and is over'],
  ] as const;
  return (
    <dl className="noise-figures">
      {figures.map(([name, value, what]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b>
            <span>{what}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Noise({ noise }: { readonly noise: AlertNoise }) {
  if (noise.alerts === 0) {
    return (
      <EmptyState title="No alert in these 30 days" command="plimsoll alerts noise --days 90">
        Nothing was asked of anybody. The command looks further back.
      </EmptyState>
    );
  }
  return (
    <>
      <NoiseFigures noise={noise} />
      <DataTable caption="Noise by alert" columns={noiseColumns} rows={noise.byCode} keyOf={({ code }) => code} />
      <p className="quiet">
        What was told and was over before anybody took it wants another threshold, or no channel. The noisiest is first.
      </p>
    </>
  );
}

const answerColumns: readonly Column<UnansweredGroup>[] = [
  { header: 'About', cell: ({ about }) => about },
  {
    header: 'Lacks',
    cell: ({ lacks }) => (
      <HealthWord health={lacks.includes('owner') ? 'unhealthy' : 'degraded'}>
        {lacks.map((each) => (each === 'owner' ? 'an owner' : 'a runbook')).join(' and ')}
      </HealthWord>
    ),
  },
  { header: 'Signals', cell: ({ codes }) => codes.map((code) => <code key={code}>{code} </code>) },
];

function Unanswered({ groups }: { readonly groups: readonly UnansweredGroup[] }) {
  if (groups.length === 0) {
    return (
      <EmptyState title="Every signal has an owner and a runbook" command="plimsoll alerts unanswered">
        Whatever fires, somebody is told, and knows what to do. The command fails when that changes.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        caption="Signals that lack an owner or a runbook"
        columns={answerColumns}
        rows={groups}
        keyOf={({ about, lacks }) => `${about} ${lacks.join()}`}
      />
      <p className="quiet">
        An owner is declared as <code>owner:</code> of the environment or the service, a response as a{' '}
        <code>Runbook</code> whose <code>when:</code> names the signal.
      </p>
    </>
  );
}

const teamColumns: readonly Column<OnCallTeam>[] = [
  { header: 'Team', cell: ({ title }) => title },
  {
    header: 'Now',
    cell: ({ now, timezone }) => (timezone === null ? 'no schedule' : now.length === 0 ? 'nobody' : now.join(', ')),
  },
  {
    header: 'Hours that nobody holds',
    cell: ({ gaps, timezone }) =>
      timezone === null ? (
        <HealthWord health="unhealthy">all</HealthWord>
      ) : gaps.length === 0 ? (
        <HealthWord health="healthy">none</HealthWord>
      ) : (
        <ul>
          {gaps.map(({ from, to }) => (
            <li key={from}>
              <ZonedTime at={from} timezone={timezone} /> to <ZonedTime at={to} timezone={timezone} />
            </li>
          ))}
        </ul>
      ),
  },
];

function OnCall({ teams }: { readonly teams: readonly OnCallTeam[] }) {
  const paged = teams.filter(({ isPaged }) => isPaged);
  if (paged.length === 0) {
    return (
      <EmptyState title="No team is paged" command="plimsoll alerts on-call">
        Pages go to the owner of an important service in production, and of the environment that carries it.
      </EmptyState>
    );
  }
  return <DataTable caption="Teams that are paged" columns={teamColumns} rows={paged} keyOf={({ team }) => team} />;
}

/** How much alerts ask of people, which signals nobody would answer, and the hours that nobody holds (SLO-06, OPM-07, INC-07). */
export function AnswersPage() {
  const noise = useQuery(alertNoise());
  const unanswered = useQuery(unansweredSignals());
  const teams = useQuery(onCall());
  return (
    <Page
      title="Who answers"
      lead="What alerts ask of people, which signals nobody would answer, and the hours that nobody holds."
      aside={<Link to="/alerts">Alert inbox</Link>}
    >
      <Section title="Noise" note="the last 30 days">
        <Answered query={noise}>{(data) => <Noise noise={data} />}</Answered>
      </Section>
      <Section title="Signals without an answer">
        <Answered query={unanswered}>{({ items }) => <Unanswered groups={groupUnanswered(items)} />}</Answered>
      </Section>
      <Section title="On call" note="the next 14 days">
        <Answered query={teams}>{({ items }) => <OnCall teams={items} />}</Answered>
      </Section>
    </Page>
  );
}
