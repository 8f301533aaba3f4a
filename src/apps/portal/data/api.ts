import { type ApiClient, ApiProblem, createApiClient } from '../../contract/index.ts';
import { fetchBegun } from './begun.ts';

/** The contract's own client on the portal's own origin; the session travels as a cookie. */
export const api: ApiClient = createApiClient({ baseUrl: '', fetch: fetchBegun });

/** Whether the server asked for a sign-in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

/** What happened, in words for a person: what, its code, and what to do about it. */
export interface Trouble {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly remedy: string;
}

/** Any error as something a reader can act on. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiProblem) {
    const reasons = error.problem.reasons ?? [];
    return {
      title: error.problem.title || `The server answered ${error.status}`,
      detail: [error.problem.detail, ...reasons.map((reason) => reason.message)].join(' '),
      code: error.problem.code,
      remedy:
        error.problem.remedy ??
        (reasons.map((reason) => reason.hint).join(' ') || 'Try again; if it stays, see the server’s log.'),
    };
  }
  if (error instanceof TypeError) {
    return {
      title: 'The server does not answer',
      detail: 'The portal could not reach its own server. It may be restarting, or the network is down.',
      code: 'SERVER_UNREACHABLE',
      remedy: 'The portal keeps trying. On the server, look at `plimsoll status`.',
    };
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return {
      title: 'The server took too long',
      detail: 'No answer within 30 seconds.',
      code: 'SERVER_TIMEOUT',
      remedy: 'Try again; if it stays, the server or its database is overloaded.',
    };
  }
  return {
    title: 'The portal did not understand the answer',
    detail: 'The server’s answer does not follow the contract this portal was built for.',
    code: 'ANSWER_UNREADABLE',
    remedy: 'Reload the page: portal and server may be of different versions.',
  };
}
