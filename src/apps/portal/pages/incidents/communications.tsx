import { type FormEvent, useState } from 'react';
import { troubleOf } from '../../data/api.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { Section } from '../../parts/section.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import type { IncidentDetail } from '../../view/resources.ts';
import { useIncidentWork } from './work.ts';

type Said = IncidentDetail['communications'][number];
type Template = IncidentDetail['templates'][number];

const outcomes = {
  waiting: 'on its way',
  sent: 'arrived',
  failed: 'did not arrive',
  forgotten: 'sent long ago',
} as const;

function Outcome({ delivery }: { readonly delivery: Said['deliveries'][number] }) {
  const { channel, state, attempts, problem } = delivery;
  return (
    <>
      {' '}
      · {channel}: {outcomes[state]}
      {attempts > 1 && ` after ${attempts} attempts`}
      {problem !== null && ` (${problem})`}
    </>
  );
}

function SaidItem({ said, timezone }: { readonly said: Said; readonly timezone: string }) {
  return (
    <li>
      <p>{said.text}</p>
      <p className="quiet">
        told {said.audience} by {said.by} at <ZonedTime at={said.at} timezone={timezone} />
        {said.deliveries.map((delivery) => (
          <Outcome key={delivery.channel} delivery={delivery} />
        ))}
      </p>
    </li>
  );
}

/** What would be sent, by what and to how many, before anything is. */
function Preview({
  incident,
  template,
  done,
}: {
  readonly incident: string;
  readonly template: Template;
  readonly done: () => void;
}) {
  const work = useIncidentWork(incident);
  const [text, setText] = useState(template.text);
  const [typed, setTyped] = useState('');
  const { name, audience, confirm, channels, headline } = template;
  const send = (event: FormEvent) => {
    event.preventDefault();
    const told = { do: 'send', template: name, audience, text, confirm: confirm === null ? null : typed } as const;
    work.mutate(told, { onSuccess: done });
  };
  return (
    <form className="review-form" onSubmit={send}>
      <p className="quiet">
        Sent by {channels.map((each) => `${each.name} to ${each.recipients}`).join(', ')} under “{headline}”
      </p>
      <label className="field">
        <span>What {audience} are told</span>
        <textarea rows={4} value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      {confirm !== null && (
        <label className="field">
          <span>It leaves the house: type {confirm} to send it</span>
          <input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" />
        </label>
      )}
      <button
        type="submit"
        className="button-main"
        disabled={work.isPending || text === '' || (confirm !== null && typed !== confirm)}
      >
        Send to {audience}
      </button>
      <button type="button" className="button" onClick={done}>
        Not now
      </button>
      <p role="status" className="quiet">
        {work.error !== null && troubleOf(work.error).detail}
      </p>
    </form>
  );
}

function Draft({
  incident,
  template,
  mayAct,
}: {
  readonly incident: string;
  readonly template: Template;
  readonly mayAct: boolean;
}) {
  const work = useIncidentWork(incident);
  const [isOpen, setIsOpen] = useState(false);
  const { name, audience, text, channels } = template;
  if (isOpen) return <Preview incident={incident} template={template} done={() => setIsOpen(false)} />;
  return (
    <>
      <p>
        <b>For {audience}</b> {text} <CopyButton text={text} label={`Copy the text for ${audience}`} />
      </p>
      {mayAct && (
        <div className="step-buttons">
          {channels.length > 0 && (
            <button type="button" className="button" onClick={() => setIsOpen(true)}>
              Look it over and send it
            </button>
          )}
          <button
            type="button"
            className="button"
            disabled={work.isPending}
            onClick={() => work.mutate({ do: 'communicate', template: name, audience, text })}
          >
            I have told them
          </button>
        </div>
      )}
    </>
  );
}

/** What was said to whom and whether it arrived, and what there is to say now. */
export function Communications({ incident, mayAct }: { readonly incident: IncidentDetail; readonly mayAct: boolean }) {
  return (
    <Section title="Tell people">
      <ul className="said">
        {incident.communications.map((said) => (
          <SaidItem key={`${said.at} ${said.audience}`} said={said} timezone={incident.timezone} />
        ))}
        {incident.state !== 'closed' &&
          incident.templates.map((template) => (
            <li key={`${template.name} ${template.audience}`} className="said-draft">
              <Draft incident={incident.id} template={template} mayAct={mayAct} />
            </li>
          ))}
      </ul>
    </Section>
  );
}
