import { troubleOf } from '../../data/api.ts';
import { Section } from '../../parts/section.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import type { IncidentDetail } from '../../view/resources.ts';
import { formatLength } from '../../view/time.ts';
import { useIncidentWork, useStepRun } from './work.ts';

type Step = IncidentDetail['steps'][number];

function Buttons({ incident, step }: { readonly incident: IncidentDetail; readonly step: Step }) {
  const work = useIncidentWork(incident.id);
  const run = useStepRun(incident.id);
  const isBusy = work.isPending || run.isPending;
  const error = work.error ?? run.error;
  const record = (outcome: 'done' | 'failed') => work.mutate({ do: 'step', index: step.index, outcome });
  const runWord = step.approvals === 0 ? 'Run it' : step.request === null ? 'Ask to run it' : 'Agree and run it';
  return (
    <div className="step-buttons">
      {step.action !== null && (
        <button type="button" className="button-main" disabled={isBusy} onClick={() => run.mutate(step.index)}>
          {run.isPending ? 'Running …' : runWord}
        </button>
      )}
      <button type="button" className="button" disabled={isBusy} onClick={() => record('done')}>
        Done
      </button>
      <button type="button" className="button" disabled={isBusy} onClick={() => record('failed')}>
        Failed
      </button>
      <p role="status" className="quiet">
        {error !== null && troubleOf(error).detail}
      </p>
    </div>
  );
}

/** The declared steps, each with what was done of it and when. */
export function RunbookSteps({ incident, mayAct }: { readonly incident: IncidentDetail; readonly mayAct: boolean }) {
  return (
    <Section title={incident.runbook === null ? 'Runbook' : `Runbook ${incident.runbook}`}>
      {incident.steps.length === 0 && <p className="quiet">No runbook answers {incident.cause.code}.</p>}
      <ol className="steps">
        {incident.steps.map((step) => (
          <li key={step.index} className={step.isNext ? 'step-next' : undefined}>
            <p>
              {step.text}
              {step.action !== null && (
                <span className="step-action">
                  {' '}
                  Plimsoll can {step.action}
                  {step.limit !== null &&
                    `, at most ${step.limit.runs} times within ${formatLength(step.limit.withinSeconds)}`}
                  .
                </span>
              )}
            </p>
            {step.running !== null && (
              <p className="quiet">
                begun by {step.running.by} at <ZonedTime at={step.running.at} timezone={incident.timezone} />
              </p>
            )}
            {step.done.map(({ outcome, by, at, note }) => (
              <p key={at} className="quiet">
                {outcome} by {by} at <ZonedTime at={at} timezone={incident.timezone} />
                {note !== null && `: ${note}`}
              </p>
            ))}
            {step.request !== null && (
              <p className="quiet">
                {step.request.by} asks to run it; agreed: {step.request.approvedBy.join(', ') || 'nobody yet'} of{' '}
                {step.approvals}
              </p>
            )}
            {step.isNext && mayAct && incident.state !== 'open' && <Buttons incident={incident} step={step} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}
