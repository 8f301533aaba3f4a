import { IconArrowLeft, IconMaximize } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { isSignedOut } from '../../data/api.ts';
import { useCoarseNow } from '../../data/clock.ts';
import { startLive } from '../../data/live.ts';
import { forecasts, overview, queryClient } from '../../data/queries.ts';
import { Mark } from '../../parts/mark.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { LiveSign } from '../../shell/live-sign.tsx';
import { boardRows } from '../../view/board.ts';
import type { Overview } from '../../view/resources.ts';
import { BoardRow } from './board-row.tsx';
import './board.css';

function Board({ data }: { readonly data: Overview }) {
  const now = useCoarseNow(1);
  const said = useQuery(forecasts());
  const rows = boardRows(data, now, said.data?.items).slice(0, 7);
  if (rows.length === 0) {
    return (
      <EmptyState title="No cut-off is declared" command="plimsoll calendar">
        Cut-offs stand in the calendar of a site. The command prints what the estate declares.
      </EmptyState>
    );
  }
  return (
    <ol className="board-rows">
      {rows.map((row) => (
        <BoardRow key={`${row.site} ${row.name} ${row.at}`} row={row} />
      ))}
    </ol>
  );
}

/** Next cut-offs for the wall of a warehouse: large, dark, live. */
export function BoardPage() {
  const query = useQuery(overview());
  const navigate = useNavigate();
  const isOut = isSignedOut(query.error);
  useEffect(() => {
    document.title = 'Cut-off board · Plimsoll';
  }, []);
  useEffect(() => {
    if (isOut) void navigate({ to: '/sign-in', search: { next: '/board' }, replace: true });
  }, [isOut, navigate]);
  useEffect(() => startLive(queryClient), []);
  return (
    <div className="board">
      <header className="board-head">
        <Mark size={26} />
        <h1>Cut-offs{query.data === undefined ? '' : `, ${query.data.estate}`}</h1>
        <LiveSign />
        <nav aria-label="Board">
          <Link to="/" className="button">
            <IconArrowLeft size={16} aria-hidden="true" /> Overview
          </Link>
          <button type="button" className="button" onClick={() => void document.documentElement.requestFullscreen()}>
            <IconMaximize size={16} aria-hidden="true" /> Full screen
          </button>
        </nav>
      </header>
      <main>
        <Answered query={query}>{(data) => <Board data={data} />}</Answered>
      </main>
    </div>
  );
}
