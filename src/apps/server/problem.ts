import { HTTPException } from 'hono/http-exception';
import { Fault, type FaultCode, faultCatalogue, type Refusal } from '../../core/kernel/index.ts';

/** A problem document (RFC 9457) as it leaves the server. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy?: string;
  readonly reasons?: Refusal['reasons'];
}

const statusByCode: Partial<Record<FaultCode, number>> = {
  REQUEST_INVALID: 400,
  SIGN_IN_REQUIRED: 401,
  PERMISSION_DENIED: 403,
  SECOND_FACTOR_REQUIRED: 403,
  ORIGIN_FOREIGN: 403,
  NOT_FOUND: 404,
  ENVIRONMENT_UNKNOWN: 404,
  REQUEST_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  STORE_UNREACHABLE: 503,
  DEADLINE_EXCEEDED: 504,
  ODOO_UNREACHABLE: 502,
  ODOO_TIMEOUT: 504,
  ODOO_DENIED: 502,
  ODOO_FAILED: 502,
  ODOO_DATABASE_UNREACHABLE: 502,
};

/** The problem document of a fault. */
export function problemOfFault(fault: Fault): Problem {
  return {
    type: `https://plimsoll.dev/faults#${fault.code.toLowerCase()}`,
    title: faultCatalogue[fault.code].summary,
    status: statusByCode[fault.code] ?? 500,
    detail: fault.message,
    code: fault.code,
    remedy: fault.remedy,
  };
}

/** The problem document of a domain "no". */
export function problemOfRefusal(refusal: Refusal): Problem {
  return {
    type: 'https://plimsoll.dev/faults#refused',
    title: 'The request is understood and refused.',
    status: 409,
    detail: refusal.reasons.map((reason) => reason.message).join(' '),
    code: refusal.reasons[0]?.code ?? 'REFUSED',
    reasons: refusal.reasons,
  };
}

/** A refusal on its way out of a handler. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.reasons.map((reason) => reason.message).join(' '));
    this.refusal = refusal;
  }
}

/** The problem of anything thrown. What is neither a fault nor a refusal is our own defect: no detail leaves. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Fault) return problemOfFault(error);
  if (error instanceof HTTPException && error.status < 500) {
    return problemOfFault(new Fault('REQUEST_INVALID', error.message || 'The request cannot be read.'));
  }
  if (error instanceof Refused) return problemOfRefusal(error.refusal);
  return problemOfFault(new Fault('DEFECT', 'Something went wrong inside Plimsoll. Its log has the trace.'));
}

/** A response with the problem. */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="plimsoll"' } : {}),
    },
  });
}
