import { IconMenu2, IconX } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Mark } from '../parts/mark.tsx';
import type { Me, Overview } from '../view/resources.ts';
import { Account } from './account.tsx';
import { LiveSign } from './live-sign.tsx';
import { ThemeChoice } from './theme.tsx';

const places = [
  { to: '/', label: 'Overview', permission: 'estate:read' },
  { to: '/board', label: 'Cut-off board', permission: 'estate:read' },
  { to: '/recovery', label: 'Recovery', permission: 'backups:read' },
  { to: '/alerts', label: 'Alerts', permission: 'alerts:read' },
  { to: '/incidents', label: 'Incidents', permission: 'alerts:read' },
  { to: '/services', label: 'Services', permission: 'estate:read' },
  { to: '/objectives', label: 'Objectives', permission: 'estate:read' },
  { to: '/journeys', label: 'Journeys', permission: 'journeys:read' },
  { to: '/figures', label: 'Figures', permission: 'samples:read' },
  { to: '/calendar', label: 'Calendar', permission: 'estate:read' },
  { to: '/findings', label: 'Findings', permission: 'findings:read' },
  { to: '/coverage', label: 'What is watched', permission: 'estate:read' },
  { to: '/check', label: 'Estate check', permission: 'estate:read' },
  { to: '/ledger', label: 'Ledger', permission: 'ledger:read' },
  { to: '/access', label: 'Access', permission: 'access:manage' },
] as const;

function countFor(to: string, overview: Overview | undefined): number {
  if (to === '/findings') return overview?.environments.reduce((sum, each) => sum + each.openFindingCount, 0) ?? 0;
  if (to === '/check') return (overview?.diagnosticCount.errors ?? 0) + (overview?.diagnosticCount.warnings ?? 0);
  return 0;
}

/** The hull's side: navigation as a ladder of lines, the page one is on lies at the long one. */
export function Rail({ me, overview }: { readonly me: Me | undefined; readonly overview: Overview | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when the address changes
  useEffect(() => setOpen(false), [pathname]);
  const permitted = places.filter((place) => me?.permissions.includes(place.permission) ?? false);
  return (
    <header className={`rail ${isOpen ? 'rail-open' : ''}`}>
      <div className="rail-head">
        <Link to="/" className="brand">
          <Mark size={30} />
          <span className="brand-words">
            <b>Plimsoll</b>
            <span>{overview?.estate ?? '\u00a0'}</span>
          </span>
        </Link>
        <button
          type="button"
          className="rail-toggle"
          aria-expanded={isOpen}
          aria-controls="navigation"
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <IconX size={20} aria-hidden="true" /> : <IconMenu2 size={20} aria-hidden="true" />}
          Menu
        </button>
      </div>
      <nav id="navigation" aria-label="Pages">
        <ul>
          {permitted.map((place) => {
            const count = countFor(place.to, overview);
            return (
              <li key={place.to}>
                <Link to={place.to} activeOptions={{ exact: place.to === '/' }}>
                  {place.label}
                  {count > 0 && (
                    <span className="rail-count">
                      {count}
                      <span className="visually-hidden"> open</span>
                    </span>
                  )}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="rail-foot">
        <LiveSign />
        <ThemeChoice />
        {me !== undefined && <Account me={me} />}
      </div>
    </header>
  );
}
