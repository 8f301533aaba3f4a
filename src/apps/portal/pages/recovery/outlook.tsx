import { HealthRing } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import { Words } from '../../parts/words.tsx';
import { formatSeconds } from '../../view/figures.ts';
import { partNames, roundLength } from '../../view/recovery.ts';
import type { Health, Recovery } from '../../view/resources.ts';

type Next = Recovery['nextBackup'] | Recovery['nextDrill'];

function NextWhen(props: { readonly next: Next; readonly timezone: string; readonly isRunning: boolean }) {
  const { next, timezone } = props;
  if (props.isRunning) return <b>being taken now</b>;
  if (next.isDue) return <b>due now</b>;
  return next.at === null ? 'not planned' : <ZonedTime at={next.at} timezone={timezone} />;
}

function NextLine(props: {
  readonly name: string;
  readonly next: Next;
  readonly timezone: string;
  readonly isRunning: boolean;
}) {
  const { name, next, timezone } = props;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <NextWhen next={next} timezone={timezone} isRunning={props.isRunning} />
        <p className="quiet">every {roundLength(next.everySeconds)}</p>
        {next.held !== null && (
          <p className="held">
            Held back: {next.held.why}
            {next.held.until !== null && (
              <>
                {' '}
                until <ZonedTime at={next.held.until} timezone={timezone} />
              </>
            )}
          </p>
        )}
      </dd>
    </div>
  );
}

/** The key that lies elsewhere is tried by people: they are reminded. */
function RecoveryKeyLine({ recovery, timezone }: { readonly recovery: Recovery; readonly timezone: string }) {
  const { checkedAt, key, everySeconds, isDue } = recovery.recoveryKey;
  return (
    <div>
      <dt>Recovery key</dt>
      <dd>
        {checkedAt === null ? (
          'never checked'
        ) : (
          <>
            last checked <ZonedTime at={checkedAt} timezone={timezone} />
          </>
        )}
        <p className="quiet">
          every {roundLength(everySeconds)}
          {key !== null && `; ${key}`}
        </p>
        {isDue && (
          <p className="held">
            Where it is kept, run <code>plimsoll backup keys check --with file:/path/to/recovery-identity</code>
          </p>
        )}
      </dd>
    </div>
  );
}

/** What is due next, and what holds it. */
export function NextUp({ recovery, timezone }: { readonly recovery: Recovery; readonly timezone: string }) {
  return (
    <Section title="Next">
      <dl className="outlook">
        <NextLine name="Backup" next={recovery.nextBackup} timezone={timezone} isRunning={recovery.isRunning} />
        <NextLine name="Drill" next={recovery.nextDrill} timezone={timezone} isRunning={false} />
        <RecoveryKeyLine recovery={recovery} timezone={timezone} />
      </dl>
      {recovery.nextBackup.problems.map(({ code, message, hint }) => (
        <p key={code} className="held">
          <Words>{`${message} ${hint}`}</Words>
        </p>
      ))}
    </Section>
  );
}

const tones: Readonly<Record<Recovery['feasibility']['rpo']['verdict'], Health>> = {
  feasible: 'healthy',
  infeasible: 'unhealthy',
  refused: 'unhealthy',
  'no-target': 'unknown',
};

/** Whether the declared plan can keep the objectives at all (DRP-02). */
export function OnPaper({ recovery }: { readonly recovery: Recovery }) {
  return (
    <Section title="On paper" note="What the plan allows at worst">
      <dl className="outlook">
        {(['rpo', 'rto'] as const).map((kind) => {
          const prospect = recovery.feasibility[kind];
          return (
            <div key={kind}>
              <dt>{kind.toUpperCase()}</dt>
              <dd>
                <span className="on-paper">
                  <HealthRing health={tones[prospect.verdict]} size={16} /> {prospect.verdict.replace('-', ' ')}
                  {prospect.expectedSeconds !== null && `, ${formatSeconds(prospect.expectedSeconds)}`}
                </span>
                <p className="quiet">{prospect.why}</p>
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}

/** The eight things a recovery needs, in the last backup (BKP-01). */
export function CoverageList({ coverage }: { readonly coverage: Recovery['coverage'] }) {
  return (
    <Section title="Covered by the last backup">
      {coverage === null ? (
        <p className="quiet aside-empty">Not known: there is no backup, or it was recorded before this was kept.</p>
      ) : (
        <ul className="coverage-list">
          {coverage.map(({ part, isCovered, why }) => (
            <li key={part} className={isCovered ? '' : 'not-covered'}>
              <HealthRing health={isCovered ? 'healthy' : 'unhealthy'} size={16} />
              <span>
                <b>{partNames[part]}</b>{' '}
                <span className="visually-hidden">{isCovered ? 'covered' : 'not covered'}: </span>
                <span className="quiet">{why}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
