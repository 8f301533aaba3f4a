import { type FormEvent, useState } from 'react';
import { troubleOf } from '../../data/api.ts';
import { Section } from '../../parts/section.tsx';
import type { IncidentDetail } from '../../view/resources.ts';
import { useIncidentWork } from './work.ts';

type Action = IncidentDetail['review']['actions'][number];

function OpenAction({ incident, action }: { readonly incident: string; readonly action: Action }) {
  const work = useIncidentWork(incident);
  const [evidence, setEvidence] = useState('');
  const close = (event: FormEvent) => {
    event.preventDefault();
    work.mutate({ do: 'close-action', id: action.id, evidence });
  };
  return (
    <form className="review-form" onSubmit={close}>
      <label className="field">
        <span>Evidence that it is done</span>
        <input
          value={evidence}
          onChange={(event) => setEvidence(event.target.value)}
          placeholder="https://… or ledger/4711"
        />
      </label>
      <button type="submit" className="button" disabled={evidence === '' || work.isPending}>
        Close it
      </button>
      <p role="status" className="quiet">
        {work.error !== null && troubleOf(work.error).detail}
      </p>
    </form>
  );
}

function ReviewForms({ incident }: { readonly incident: IncidentDetail }) {
  const work = useIncidentWork(incident.id);
  const [summary, setSummary] = useState(incident.review.summary ?? '');
  const [text, setText] = useState('');
  return (
    <>
      <form
        className="review-form"
        onSubmit={(event) => {
          event.preventDefault();
          work.mutate({ do: 'review', summary });
        }}
      >
        <label className="field">
          <span>What happened, and what was learnt</span>
          <textarea rows={3} value={summary} onChange={(event) => setSummary(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={summary === '' || work.isPending}>
          Keep the review
        </button>
      </form>
      <form
        className="review-form"
        onSubmit={(event) => {
          event.preventDefault();
          work.mutate(
            { do: 'add-action', text, owner: incident.owner ?? 'platform' },
            { onSuccess: () => setText('') },
          );
        }}
      >
        <label className="field">
          <span>Something to do so that it does not happen again</span>
          <input value={text} onChange={(event) => setText(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={text === '' || work.isPending}>
          Add the action
        </button>
      </form>
      <button
        type="button"
        className="button-main"
        disabled={work.isPending}
        onClick={() => work.mutate({ do: 'close' })}
      >
        Close the incident
      </button>
      <p role="status" className="quiet">
        {work.error !== null && troubleOf(work.error).detail}
      </p>
    </>
  );
}

/** What was learnt, and what is done about it: an action stays open until there is evidence. */
export function Review({ incident, mayAct }: { readonly incident: IncidentDetail; readonly mayAct: boolean }) {
  const { summary, actions } = incident.review;
  return (
    <Section title="Review">
      {summary === null ? <p className="quiet">Not written yet.</p> : <p>{summary}</p>}
      <ul className="review-actions">
        {actions.map((action) => (
          <li key={action.id}>
            <p>
              <b>{action.evidence === null ? 'Open' : 'Done'}</b> {action.text}{' '}
              <span className="quiet">({action.owner})</span>
            </p>
            {action.evidence !== null && (
              <p className="quiet">
                {action.evidence}, closed by {action.closedBy}
              </p>
            )}
            {action.evidence === null && mayAct && <OpenAction incident={incident.id} action={action} />}
          </li>
        ))}
      </ul>
      {incident.state === 'review' && mayAct && <ReviewForms incident={incident} />}
    </Section>
  );
}
