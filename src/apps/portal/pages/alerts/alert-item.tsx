import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { routes } from '../../../contract/index.ts';
import { api, troubleOf } from '../../data/api.ts';
import { alertMessages, me, queryClient } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { Ago, TimeLeft } from '../../parts/times.tsx';
import type { Alert, Health } from '../../view/resources.ts';

const tones: Readonly<Record<Alert['class'], Health>> = {
  interrupted: 'unhealthy',
  'at-risk': 'degraded',
  degraded: 'degraded',
};
const classWords = { interrupted: 'Interrupted', 'at-risk': 'At risk', degraded: 'Degraded' } as const;

/** Who has it, or the button with which one takes it. */
function Taking({ alert }: { readonly alert: Alert }) {
  const who = useQuery(me());
  const take = useMutation({
    mutationFn: () => api.call(routes.acknowledgeAlert, { params: { id: alert.id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['alerts'] }),
  });
  if (alert.resolvedAt !== null) return null;
  if (alert.acknowledgedBy !== null) return <p className="alert-taken">{alert.acknowledgedBy} has it</p>;
  if (alert.partOf !== null) return <p className="quiet">Follows from the outage</p>;
  if (who.data?.permissions.includes('alerts:act') !== true) return null;
  return (
    <>
      <button type="button" className="button-main" disabled={take.isPending} onClick={() => take.mutate()}>
        I have it
      </button>
      {take.error !== null && <p role="status">{troubleOf(take.error).detail}</p>}
    </>
  );
}

function Told({ id }: { readonly id: string }) {
  const { data } = useQuery(alertMessages(id));
  if (data === undefined || data.messages.length === 0) return <p className="quiet">Nobody was called for it.</p>;
  return (
    <ul className="alert-told">
      {data.messages.map((each) => (
        <li key={each.id}>
          {each.kind}: {each.people.length === 0 ? each.team : `${each.people.join(', ')} (${each.team})`} by{' '}
          {each.channel}, {each.state}
          {each.problem !== null && `, ${each.problem}`} <Ago at={each.writtenAt} />
        </li>
      ))}
    </ul>
  );
}

function Facts({ alert }: { readonly alert: Alert }) {
  return (
    <p className="alert-about">
      {alert.environment !== null && (
        <>
          <Link to="/environments/$name" params={{ name: alert.environment }}>
            {alert.environment}
          </Link>
          {' · '}
        </>
      )}
      {alert.owner ?? 'nobody answers for it'} · since <Ago at={alert.startedAt} />
      {alert.repeats > 0 && ` · came back ${alert.repeats} times`}
      {alert.incident !== null && (
        <>
          {' · '}
          <Link to="/incidents/$id" params={{ id: alert.incident }}>
            Incident room
          </Link>
        </>
      )}
    </p>
  );
}

/** One alert: what the business loses first, then why, who and what to do. */
export function AlertItem({ alert }: { readonly alert: Alert }) {
  const isOver = alert.resolvedAt !== null;
  return (
    <li className={`alert alert-${isOver ? 'over' : alert.class} ${alert.partOf === null ? '' : 'alert-follows'}`}>
      <div className="alert-state">
        <p className="alert-class">
          <HealthRing health={isOver ? 'healthy' : tones[alert.class]} size={26} />
          {isOver ? 'Over' : classWords[alert.class]}
        </p>
        {!isOver && alert.urgency === 'page' && <p className="alert-page">page</p>}
      </div>
      <div className="alert-what">
        <h2>{alert.impact}</h2>
        <p>{alert.summary}</p>
        <Facts alert={alert} />
        <details>
          <summary>
            What to do, and who was told <code>{alert.code}</code>
          </summary>
          {alert.response.length > 0 ? (
            <ol>
              {alert.response.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          ) : (
            <p className="quiet">No runbook answers it.</p>
          )}
          <p className="quiet">
            Weighs {alert.weight.toFixed(0)}: {alert.because.join(', ')}. Made of{' '}
            {alert.parts.map(({ code }) => code).join(', ')}.
          </p>
          <Told id={alert.id} />
        </details>
      </div>
      <div className="alert-do">
        {!isOver && alert.deadline !== null && (
          <p className="alert-left">
            <TimeLeft until={alert.deadline.at} />
            <span>to {alert.deadline.name}</span>
          </p>
        )}
        <Taking alert={alert} />
      </div>
    </li>
  );
}
