import { healthWords } from '../view/judgement.ts';
import type { Health, HealthReason, HealthVerdict } from '../view/resources.ts';
import { Evidence } from './evidence.tsx';
import { Words } from './words.tsx';

const waterTop: Readonly<Record<Health, number>> = { healthy: 15.5, degraded: 10, unhealthy: 2, unknown: 24 };

/**
 * The load-line ring as a sign of health. The water stands below the line, at it, or above it; an unknown ring is
 * broken and hatched. Shape alone tells the four apart.
 */
export function HealthRing({ health, size = 20 }: { readonly health: Health; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" className={`ring ring-${health}`}>
      <defs>
        <clipPath id={`ring-${health}`}>
          <circle cx="10" cy="10" r="7.4" />
        </clipPath>
      </defs>
      <rect
        className="ring-water"
        x="2"
        y={waterTop[health]}
        width="16"
        height="18"
        clipPath={`url(#ring-${health})`}
      />
      {health === 'unknown' && (
        <path className="ring-hatch" d="M2 12 12 2M2 18 18 2M8 18 18 8" clipPath={`url(#ring-${health})`} />
      )}
      <circle className="ring-edge" cx="10" cy="10" r="7.4" />
      {health !== 'unknown' && <path className="ring-line" d="M.5 10h19" />}
    </svg>
  );
}

/** Sign and word together: colour only ever repeats what they say. */
export function HealthWord({ health, children }: { readonly health: Health; readonly children?: string }) {
  return (
    <span className={`health health-${health}`}>
      <HealthRing health={health} />
      <span className="health-word">{children ?? healthWords[health]}</span>
    </span>
  );
}

/** One reason: what, for whom, on what evidence, and what to do next. */
export function Reason({ reason }: { readonly reason: HealthReason }) {
  const facts = Object.entries(reason.evidence);
  return (
    <li className={`reason reason-${reason.health}`}>
      <p className="reason-summary">
        <HealthRing health={reason.health} size={16} />
        <span>
          <span className="visually-hidden">{healthWords[reason.health]}: </span>
          <Words>{reason.summary}</Words>
        </span>
      </p>
      {reason.services.length > 0 && <p className="reason-services">Suffers: {reason.services.join(', ')}</p>}
      <p className="reason-action">
        <b>Do next</b> <Words>{reason.action}</Words>
      </p>
      {facts.length > 0 && (
        <details>
          <summary>
            Evidence <code>{reason.code}</code>
          </summary>
          <Evidence facts={reason.evidence} />
        </details>
      )}
    </li>
  );
}

/** One of the two answers with all its reasons. */
export function Verdict({ title, verdict }: { readonly title: string; readonly verdict: HealthVerdict }) {
  return (
    <section className={`verdict verdict-${verdict.health}`} aria-label={`${title}: ${healthWords[verdict.health]}`}>
      <h2 className="verdict-title">{title}</h2>
      <p className="verdict-word">
        <HealthRing health={verdict.health} size={34} />
        {healthWords[verdict.health]}
      </p>
      {verdict.reasons.length === 0 ? (
        <p className="quiet">Nothing stands against it.</p>
      ) : (
        <ul className="reasons">
          {verdict.reasons.map((reason) => (
            <Reason key={`${reason.code} ${reason.subject}`} reason={reason} />
          ))}
        </ul>
      )}
    </section>
  );
}
