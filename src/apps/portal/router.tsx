import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { EmptyState, ErrorState, Skeleton } from './parts/states.tsx';
import { Shell } from './shell/shell.tsx';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;

/** Only what is there: the router writes no empty search parameters. */
function searchOf<Key extends string>(...keys: readonly Key[]) {
  return (search: Record<string, unknown>): Partial<Record<Key, string>> => {
    const found: Partial<Record<Key, string>> = {};
    for (const key of keys) {
      const value = text(search[key]);
      if (value !== undefined) found[key] = value;
    }
    return found;
  };
}

const root = createRootRoute({ component: Outlet });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: searchOf('find', 'state', 'tenant', 'site'),
  component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
});
const environment = createRoute({
  getParentRoute: () => shell,
  path: '/environments/$name',
  component: lazyRouteComponent(() => import('./pages/environment/environment-page.tsx'), 'EnvironmentPage'),
});
const recovery = createRoute({
  getParentRoute: () => shell,
  path: '/environments/$name/recovery',
  validateSearch: searchOf('backup'),
  component: lazyRouteComponent(() => import('./pages/recovery/recovery-page.tsx'), 'RecoveryPage'),
});
const coverage = createRoute({
  getParentRoute: () => shell,
  path: '/recovery',
  validateSearch: searchOf('find', 'state'),
  component: lazyRouteComponent(() => import('./pages/recovery/coverage-page.tsx'), 'CoveragePage'),
});
const figures = createRoute({
  getParentRoute: () => shell,
  path: '/figures',
  validateSearch: searchOf('environment', 'last'),
  component: lazyRouteComponent(() => import('./pages/figures/figures-page.tsx'), 'FiguresPage'),
});
const services = createRoute({
  getParentRoute: () => shell,
  path: '/services',
  component: lazyRouteComponent(() => import('./pages/services/services-page.tsx'), 'ServicesPage'),
});
const watched = createRoute({
  getParentRoute: () => shell,
  path: '/coverage',
  component: lazyRouteComponent(() => import('./pages/coverage/watched-page.tsx'), 'WatchedPage'),
});
const objectives = createRoute({
  getParentRoute: () => shell,
  path: '/objectives',
  validateSearch: searchOf('key', 'environment', 'state'),
  component: lazyRouteComponent(() => import('./pages/objectives/objectives-page.tsx'), 'ObjectivesPage'),
});
const journeys = createRoute({
  getParentRoute: () => shell,
  path: '/journeys',
  validateSearch: searchOf('environment', 'journey', 'run'),
  component: lazyRouteComponent(() => import('./pages/journeys/journeys-page.tsx'), 'JourneysPage'),
});
const calendar = createRoute({
  getParentRoute: () => shell,
  path: '/calendar',
  validateSearch: searchOf('week', 'site'),
  component: lazyRouteComponent(() => import('./pages/calendar/calendar-page.tsx'), 'CalendarPage'),
});
const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: searchOf('id', 'environment', 'severity', 'closed'),
  component: lazyRouteComponent(() => import('./pages/findings/findings-page.tsx'), 'FindingsPage'),
});
const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: searchOf('over', 'environment'),
  component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
});
const answers = createRoute({
  getParentRoute: () => shell,
  path: '/alerts/answers',
  component: lazyRouteComponent(() => import('./pages/alerts/answers-page.tsx'), 'AnswersPage'),
});
const incidents = createRoute({
  getParentRoute: () => shell,
  path: '/incidents',
  component: lazyRouteComponent(() => import('./pages/incidents/incidents-page.tsx'), 'IncidentsPage'),
});
const incident = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/$id',
  component: lazyRouteComponent(() => import('./pages/incidents/incident-page.tsx'), 'IncidentPage'),
});
const check = createRoute({
  getParentRoute: () => shell,
  path: '/check',
  component: lazyRouteComponent(() => import('./pages/check/check-page.tsx'), 'CheckPage'),
});
const ledger = createRoute({
  getParentRoute: () => shell,
  path: '/ledger',
  validateSearch: searchOf('subject'),
  component: lazyRouteComponent(() => import('./pages/ledger/ledger-page.tsx'), 'LedgerPage'),
});
const access = createRoute({
  getParentRoute: () => shell,
  path: '/access',
  component: lazyRouteComponent(() => import('./pages/access/access-page.tsx'), 'AccessPage'),
});
const board = createRoute({
  getParentRoute: () => root,
  path: '/board',
  component: lazyRouteComponent(() => import('./pages/board/board-page.tsx'), 'BoardPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: searchOf('next'),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
const secondFactor = createRoute({
  getParentRoute: () => root,
  path: '/second-factor',
  component: lazyRouteComponent(() => import('./pages/sign-in/second-factor-page.tsx'), 'SecondFactorPage'),
});

const tree = root.addChildren([
  shell.addChildren([
    overview,
    environment,
    recovery,
    coverage,
    figures,
    services,
    watched,
    objectives,
    journeys,
    calendar,
    findings,
    alerts,
    answers,
    incidents,
    incident,
    check,
    ledger,
    access,
  ]),
  board,
  signIn,
  secondFactor,
]);

/** Every page and its address. Each page is its own file on the wire. */
export function createPortalRouter() {
  return createRouter({
    routeTree: tree,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} onRetry={reset} />,
    defaultNotFoundComponent: () => (
      <main className="page">
        <EmptyState title="No page has this address">The navigation leads to all of them.</EmptyState>
      </main>
    ),
  });
}
