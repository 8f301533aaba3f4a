import type { UseQueryResult } from '@tanstack/react-query';
import { useCoarseNow } from '../../data/clock.ts';
import { ErrorState, Skeleton } from '../../parts/states.tsx';
import { Words } from '../../parts/words.tsx';
import type { RestorePreview } from '../../view/resources.ts';
import { planSentences } from '../../view/restore.ts';

function Refusals({ preview }: { readonly preview: RestorePreview }) {
  return (
    <div className="trouble">
      <p className="trouble-title">This cannot be done</p>
      {preview.refusals.map(({ code, message, hint }) => (
        <p key={code}>
          <Words>{`${message} ${hint}`}</Words> <code>{code}</code>
        </p>
      ))}
    </div>
  );
}

function Sentences({ preview, timezone }: { readonly preview: RestorePreview; readonly timezone: string }) {
  const now = useCoarseNow(60);
  return (
    <>
      <ul className="restore-plan">
        {planSentences(preview, now, timezone).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <details className="restore-steps">
        <summary>Step by step</summary>
        <ol>
          {preview.plan?.steps.map(({ title, why }) => (
            <li key={title}>
              {title} <span className="quiet">{why}</span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

/** What would happen, in plain words, before anything does. It is told to who listens, too. */
export function RestorePlan(props: { readonly query: UseQueryResult<RestorePreview>; readonly timezone: string }) {
  const { data, error, isFetching, refetch } = props.query;
  return (
    <div className="restore-preview" aria-live="polite" aria-busy={isFetching}>
      {error !== null && !isFetching && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && isFetching && (
        <>
          <p className="quiet">Looking at what would happen …</p>
          <Skeleton lines={3} />
        </>
      )}
      {data !== undefined &&
        (data.plan === null ? <Refusals preview={data} /> : <Sentences preview={data} timezone={props.timezone} />)}
    </div>
  );
}
