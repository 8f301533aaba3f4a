import type { ReactNode } from 'react';
import { troubleOf } from '../data/api.ts';
import { HealthRing } from './health.tsx';
import { Words } from './words.tsx';

/** Nothing here yet, and the command that changes that. */
export function EmptyState(props: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly command?: string;
}) {
  return (
    <div className="empty">
      <svg width="72" height="40" viewBox="0 0 72 40" aria-hidden="true">
        <path className="empty-hull" d="M6 8h60l-6 20q-3 8-12 8H24q-9 0-12-8z" />
        <path className="empty-water" d="M0 26h72" />
      </svg>
      <p className="empty-title">{props.title}</p>
      {props.children !== undefined && <p>{props.children}</p>}
      {props.command !== undefined && <pre className="command">{props.command}</pre>}
    </div>
  );
}

/** What happened, its code, what to do, and a way to try again. */
export function ErrorState({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) {
  const trouble = troubleOf(error);
  return (
    <div className="trouble" role="alert">
      <p className="trouble-title">
        <HealthRing health="unknown" /> {trouble.title}
      </p>
      <p>{trouble.detail}</p>
      <p>
        <b>Do next</b> <Words>{trouble.remedy}</Words>
      </p>
      <p className="quiet">
        <code>{trouble.code}</code>
      </p>
      {onRetry !== undefined && (
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Lines that hold the place of what is being asked for, so that nothing jumps. */
export function Skeleton({ lines = 4, height = 22 }: { readonly lines?: number; readonly height?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={line} className="skeleton-line" style={{ height }} />
      ))}
    </div>
  );
}

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** Shows an answer, or the place it will take, or why there is none. An old answer stays while a newer one fails. */
export function Answered<Data>(props: {
  readonly query: Asked<Data>;
  readonly children: (data: Data) => ReactNode;
  readonly waiting?: ReactNode;
}) {
  const { query } = props;
  if (query.data !== undefined) return <>{props.children(query.data)}</>;
  if (query.error !== null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return <>{props.waiting ?? <Skeleton />}</>;
}
