import { routes } from '../../contract/index.ts';
import type { Me, Overview } from '../view/resources.ts';
import { journeyRunsOf, latestOf, quantilesOf, seriesOf } from './measurements.ts';
import { calendarOf, calmOverview, emptyOverview, troubledOverview } from './northsea.ts';
import {
  accessOf,
  administrator,
  detailOf,
  diagnostics,
  findingsOf,
  ledgerOf,
  servicesOf,
  timelineOf,
} from './records.ts';

/** What the made-up server is like at the moment; a test changes it while the portal looks. */
export interface MockState {
  estate: 'troubled' | 'calm' | 'empty';
  /** How old every judgement is; null for a fresh one. */
  judgedSecondsAgo: number | null;
  me: Me | null;
  /** Every route answers this problem instead. */
  problemStatus: number | null;
}

/** A server on a bad day, with an administrator signed in. */
export function createMockState(): MockState {
  return { estate: 'troubled', judgedSecondsAgo: null, me: administrator, problemStatus: null };
}

export interface MockRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface MockAnswer {
  readonly status: number;
  readonly body: unknown;
}

function overviewOf(state: MockState, now: Temporal.Instant): Overview {
  const build = { troubled: troubledOverview, calm: calmOverview, empty: emptyOverview }[state.estate];
  const overview = build(now);
  const ago = state.judgedSecondsAgo;
  if (ago === null) return overview;
  const judgedAt = now.subtract({ seconds: ago }).toString();
  return { ...overview, environments: overview.environments.map((each) => ({ ...each, judgedAt })) };
}

function problem(status: number, code: string, detail: string): MockAnswer {
  return {
    status,
    body: {
      type: 'about:blank',
      title: status === 404 ? 'Not found' : 'The server could not answer',
      status,
      detail,
      code,
      remedy: 'Look at the server’s log for this code.',
    },
  };
}

const ok = (body: unknown): MockAnswer => ({ status: 200, body });

type Handler = (match: readonly string[], request: MockRequest, state: MockState, now: Temporal.Instant) => MockAnswer;

const isEmpty = (state: MockState) => state.estate === 'empty';
const range = (url: URL) => ({
  metric: url.searchParams.get('metric') ?? '',
  from: Temporal.Instant.from(url.searchParams.get('from') ?? ''),
  to: Temporal.Instant.from(url.searchParams.get('to') ?? ''),
  step: Number(url.searchParams.get('stepSeconds')),
});

const handlers: readonly (readonly [RegExp, Handler])[] = [
  [/^\/me$/, (_m, _r, state) => ok(state.me)],
  [/^\/overview$/, (_m, _r, state, now) => ok(overviewOf(state, now))],
  [
    /^\/environments\/([^/]+)$/,
    ([name = ''], _r, state, now) => {
      const detail = detailOf(overviewOf(state, now), name, now);
      return detail === undefined ? problem(404, 'NOT_FOUND', `No environment is named ${name}.`) : ok(detail);
    },
  ],
  [/^\/environments\/[^/]+\/latest$/, (_m, _r, state, now) => ok({ items: isEmpty(state) ? [] : latestOf(now) })],
  [
    /^\/environments\/[^/]+\/series$/,
    (_m, { url }) => {
      const { metric, from, to, step } = range(url);
      return ok({ items: seriesOf(metric, from, to, step) });
    },
  ],
  [
    /^\/environments\/[^/]+\/quantiles$/,
    (_m, { url }) => {
      const { metric, from, to, step } = range(url);
      return ok({ items: quantilesOf(metric, from, to, step) });
    },
  ],
  [/^\/environments\/[^/]+\/timeline$/, (_m, _r, _s, now) => ok({ items: timelineOf(now) })],
  [
    /^\/environments\/([^/]+)\/lifecycle$/,
    ([name = ''], { body }) => ok({ environment: name, state: (body as { to: string }).to }),
  ],
  [/^\/environments\/[^/]+\/journeys\/[^/]+\/runs$/, (_m, _r, _s, now) => ok(journeyRunsOf(now)[1])],
  [/^\/services$/, (_m, _r, state, now) => ok({ items: servicesOf(overviewOf(state, now)) })],
  [
    /^\/journeys$/,
    (_m, { url }, state, now) => {
      const environment = url.searchParams.get('environment');
      const journey = url.searchParams.get('journey');
      const items = isEmpty(state) ? [] : journeyRunsOf(now);
      return ok({
        items: items.filter(
          (run) => (environment ?? run.environment) === run.environment && (journey ?? run.journey) === run.journey,
        ),
      });
    },
  ],
  [/^\/journeys\/([^/]+)$/, ([id], _r, _s, now) => ok(journeyRunsOf(now).find((run) => run.id === id))],
  [/^\/calendar$/, (_m, _r, state, now) => ok({ items: isEmpty(state) ? [] : calendarOf(now) })],
  [
    /^\/findings$/,
    (_m, { url }, state, now) => {
      const all = url.searchParams.get('includeClosed') === 'true';
      return ok({ items: isEmpty(state) ? [] : findingsOf(now).filter((each) => all || each.closedAt === null) });
    },
  ],
  [/^\/findings\/([^/]+)$/, ([id], _r, _s, now) => ok(findingsOf(now).find((each) => each.id === id))],
  [/^\/diagnostics$/, (_m, _r, state) => ok({ items: isEmpty(state) ? [] : diagnostics })],
  [/^\/ledger$/, (_m, _r, state, now) => ok({ items: isEmpty(state) ? [] : ledgerOf(now) })],
  [
    /^\/ledger\/verification$/,
    (_m, _r, _s, now) =>
      ok({
        isIntact: true,
        entryCount: 24,
        firstBrokenSequence: null,
        problem: null,
        head: ledgerOf(now).at(-1)?.hash ?? null,
      }),
  ],
  [/^\/access\/users$/, (_m, _r, _s, now) => ok({ items: accessOf(now).users })],
  [
    /^\/access\/tokens$/,
    (_m, { method, body }, _s, now) => {
      const tokens = accessOf(now).tokens;
      if (method !== 'POST') return ok({ items: tokens });
      const draft = body as { name: string; role: string };
      return ok({
        ...tokens[0],
        id: 't3',
        name: draft.name,
        role: draft.role,
        secret: 'plm_0123456789abcdef0123456789abcdef',
      });
    },
  ],
  [/^\/access\/tokens\/([^/]+)$/, (_m, _r, _s, now) => ok({ ...accessOf(now).tokens[0], revokedAt: now.toString() })],
];

/** Answers a request to `/api/v1/…` by the contract; anonymous gets 401, as from the real server. */
export function answerMock(request: MockRequest, state: MockState, now: Temporal.Instant): MockAnswer {
  if (state.me === null) return problem(401, 'SIGN_IN_REQUIRED', 'Sign in first.');
  if (state.problemStatus !== null)
    return problem(state.problemStatus, 'STORE_UNAVAILABLE', 'The store does not answer.');
  const path = request.url.pathname.replace(/^\/api\/v1/, '');
  for (const [pattern, handle] of handlers) {
    const match = pattern.exec(path);
    if (match !== null) return handle(match.slice(1).map(decodeURIComponent), request, state, now);
  }
  return problem(404, 'NOT_FOUND', `No route is named ${path}.`);
}

/** Every route of the contract, so that a test can hold the mock against it. */
export const mockedRoutes = Object.values(routes);
