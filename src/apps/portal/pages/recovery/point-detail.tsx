import { type ReactNode, useState } from 'react';
import { useCoarseNow } from '../../data/clock.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { HealthRing } from '../../parts/health.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import { formatCount, formatFigure } from '../../view/figures.ts';
import { durationWords, partNames, roundLength } from '../../view/recovery.ts';
import type { Recovery, RestorePoint } from '../../view/resources.ts';
import {
  type RestoreFrom,
  restoreCommands,
  restoreFrom,
  secondWithin,
  stretchOf,
  wallSecond,
} from '../../view/restore.ts';
import { formatLength, instantOf, secondsBetween } from '../../view/time.ts';
import { utcLabel } from '../../view/zoned.ts';
import { AnySecond } from './any-second.tsx';
import { PointActions } from './point-actions.tsx';

function Proof({ point, timezone }: { readonly point: RestorePoint; readonly timezone: string }) {
  if (point.proof === null) {
    return (
      <>
        <HealthRing health="unknown" size={16} /> No drill has tried this one.
      </>
    );
  }
  const isGood = point.proof.state === 'verified';
  return (
    <>
      <HealthRing health={isGood ? 'healthy' : 'unhealthy'} size={16} /> {isGood ? 'Verified' : 'Did not come back'},{' '}
      <ZonedTime at={point.proof.at} timezone={timezone} />
      {point.proof.reasons.map((reason) => (
        <p key={reason} className="point-reason">
          {reason}
        </p>
      ))}
    </>
  );
}

function Command({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  return (
    <div className="point-command">
      <p>{children}</p>
      <pre className="command">{text}</pre>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}

/** What a point brings back up to an instant, what that would lose, and what it is. */
function PointFacts(props: {
  readonly point: RestorePoint;
  readonly recovery: Recovery;
  readonly timezone: string;
  readonly until: string;
}) {
  const { point, recovery, timezone, until } = props;
  const now = useCoarseNow(10);
  const lostSeconds = secondsBetween(instantOf(until), now);
  const isOver = recovery.rpoTargetSeconds !== null && lostSeconds > recovery.rpoTargetSeconds;
  const missing = (point.coverage ?? []).filter(({ isCovered }) => !isCovered);
  return (
    <dl className="point-facts">
      <div>
        <dt>Brings back</dt>
        <dd>
          everything up to <ZonedTime at={until} timezone={timezone} />
          <span className="quiet"> {utcLabel(instantOf(until))}</span>
        </dd>
      </div>
      <div>
        <dt>Would lose</dt>
        <dd>
          <b className={isOver ? 'over-limit' : ''}>{formatLength(lostSeconds)}</b> of work, if it were restored now
          {isOver && <span className="quiet"> (the RPO is {roundLength(recovery.rpoTargetSeconds ?? 0)})</span>}
        </dd>
      </div>
      <div>
        <dt>Takes</dt>
        <dd>{durationWords(point, recovery)}</dd>
      </div>
      <div>
        <dt>Proof</dt>
        <dd>
          <Proof point={point} timezone={timezone} />
        </dd>
      </div>
      <div>
        <dt>Holds</dt>
        <dd>
          {formatFigure(point.databaseBytes, 'bytes')} of database, {formatCount(point.filestoreFiles)} files of{' '}
          {formatFigure(point.filestoreBytes, 'bytes')}
          {point.missingFiles > 0 && `, ${point.missingFiles} were lost at the source before`}
        </dd>
      </div>
      <div>
        <dt>Kept</dt>
        <dd>
          {point.method}, {point.kind}, in {point.repository}; added {formatFigure(point.addedBytes, 'bytes')}
          {point.keys !== null && `; ${point.keys === 1 ? 'one key opens it' : `any of ${point.keys} keys opens it`}`}
        </dd>
      </div>
      {(point.software ?? []).length > 0 && (
        <div>
          <dt>Ran with</dt>
          <dd>{(point.software ?? []).map(({ name, version }) => `${name} ${version}`).join('; ')}</dd>
        </div>
      )}
      {missing.map(({ part, why }) => (
        <div key={part}>
          <dt>Lacks</dt>
          <dd>
            <b>{partNames[part]}</b>: {why}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What can be done with the wish, at a button and at the command line. */
function PointDoings(props: { readonly environment: string; readonly from: RestoreFrom; readonly timezone: string }) {
  const { environment, from, timezone } = props;
  const commands = restoreCommands(environment, from);
  return (
    <>
      <PointActions environment={environment} from={from} timezone={timezone} />
      <details className="point-commands">
        <summary>The same at the command line</summary>
        <Command text={commands.new}>To bring it back beside the running one, neutralised:</Command>
        <Command text={commands.clone}>As a clone to work on, which is removed after 14 days:</Command>
        <Command text={commands['in-place']}>
          In place of the running one. It asks for the name, and takes a safety backup first:
        </Command>
      </details>
    </>
  );
}

/** What restoring a point would mean, and the exact command. */
export function PointDetail(props: {
  readonly environment: string;
  readonly point: RestorePoint;
  readonly recovery: Recovery;
  readonly timezone: string;
  readonly isNewest: boolean;
}) {
  const { environment, point, recovery, timezone, isNewest } = props;
  const [typed, setTyped] = useState<string>();
  const now = useCoarseNow(10);
  const stretch = stretchOf(point, now);
  // On a bad day people want the least loss: what was written since the newest backup comes back too.
  const text = typed ?? (isNewest && stretch?.isKnown === true ? wallSecond(stretch.until, timezone) : '');
  const second = secondWithin(text, stretch, timezone);
  const isWrong = text !== '' && second === undefined;
  return (
    <div className="point-detail">
      <PointFacts
        point={point}
        recovery={recovery}
        timezone={timezone}
        until={second?.toString() ?? point.consistentAt}
      />
      {stretch !== undefined && (
        <AnySecond
          stretch={stretch}
          isNewest={isNewest}
          timezone={timezone}
          text={text}
          isWrong={isWrong}
          onChange={setTyped}
        />
      )}
      {isWrong ? (
        <p role="status" className="point-actions quiet">
          Choose a time within that, or empty the field: nothing is restored to another instant than the one you typed.
        </p>
      ) : (
        <PointDoings environment={environment} from={restoreFrom(point, second)} timezone={timezone} />
      )}
    </div>
  );
}
