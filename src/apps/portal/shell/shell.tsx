import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { isSignedOut } from '../data/api.ts';
import { startLive } from '../data/live.ts';
import { me, overview, queryClient } from '../data/queries.ts';
import { ErrorState, Skeleton } from '../parts/states.tsx';
import { Announcer } from './announcer.tsx';
import { Rail } from './rail.tsx';

/** Remembers that one has moved between pages, so that the next heading takes the focus. */
function useMoves(): void {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(pathname);
  useEffect(() => {
    sessionStorage.setItem('plimsoll-moved', pathname === first.current ? 'no' : 'yes');
    if (pathname !== first.current) first.current = '';
  }, [pathname]);
}

/** Frame of every page: the rail, the live connection, and the way to the sign-in when the session is over. */
export function Shell() {
  const who = useQuery(me());
  const estate = useQuery({ ...overview(), enabled: who.data !== undefined });
  const navigate = useNavigate();
  useMoves();
  const isOut = isSignedOut(who.error) || isSignedOut(estate.error);
  const mustEnrol = who.data?.mustEnrolSecondFactor === true;
  const isIn = who.data !== undefined && !isOut && !mustEnrol;
  useEffect(() => {
    if (isOut) void navigate({ to: '/sign-in', search: { next: window.location.pathname }, replace: true });
    else if (mustEnrol) void navigate({ to: '/second-factor', replace: true });
  }, [isOut, mustEnrol, navigate]);
  useEffect(() => (isIn ? startLive(queryClient) : undefined), [isIn]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Rail me={who.data} overview={estate.data} />
      <main id="content" className="content" tabIndex={-1}>
        <Content isIn={isIn} error={isOut ? null : who.error} onRetry={() => void who.refetch()} />
      </main>
      <Announcer overview={estate.data} />
    </div>
  );
}

function Content(props: { readonly isIn: boolean; readonly error: unknown; readonly onRetry: () => void }) {
  if (props.isIn) return <Outlet />;
  if (props.error !== null) return <ErrorState error={props.error} onRetry={props.onRetry} />;
  return <Skeleton lines={8} height={30} />;
}
