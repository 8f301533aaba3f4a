import { Fault, type FaultCode } from '../../../core/kernel/index.ts';

/** What a service's refusal means, and whether asking again can help. */
export interface Refused {
  readonly code: FaultCode;
  readonly isTransient: boolean;
}

const final = (code: FaultCode): Refused => ({ code, isTransient: false });
const transient: Refused = { code: 'REPOSITORY_UNREACHABLE', isTransient: true };
const denied = final('REPOSITORY_DENIED');
const full = final('REPOSITORY_FULL');
const invalid = final('REPOSITORY_INVALID');

/** By the names that S3 services give; the status decides where a name is not here. */
const byName: Readonly<Record<string, Refused>> = {
  NoSuchKey: final('OBJECT_MISSING'),
  NotFound: final('OBJECT_MISSING'),
  NoSuchVersion: final('OBJECT_MISSING'),
  NoSuchBucket: invalid,
  InvalidBucketName: invalid,
  PermanentRedirect: invalid,
  AuthorizationHeaderMalformed: invalid,
  AccessDenied: denied,
  Forbidden: denied,
  ExpiredToken: denied,
  TokenRefreshRequired: denied,
  InvalidToken: denied,
  InvalidAccessKeyId: denied,
  SignatureDoesNotMatch: denied,
  AccountProblem: denied,
  AllAccessDisabled: denied,
  QuotaExceeded: full,
  InsufficientCapacity: full,
  XMinioStorageFull: full,
  XMinioAdminBucketQuotaExceeded: full,
  SlowDown: transient,
  InternalError: transient,
  ServiceUnavailable: transient,
  RequestTimeout: transient,
  // The SDK has learned the service's time from the answer: the next try is signed with it.
  RequestTimeTooSkewed: transient,
  OperationAborted: transient,
  ConditionalRequestConflict: transient,
};

/** What OpenSSL and Node say of a certificate that nobody here vouches for, or that is another's: asking again does not help. */
const distrusted: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const symbolOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const isDistrusted = (error: unknown): boolean => distrusted.has(symbolOf(error) ?? '');

const byStatus: Readonly<Record<number, Refused>> = {
  401: denied,
  403: denied,
  404: final('OBJECT_MISSING'),
  409: transient,
  429: transient,
  507: full,
};

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status = (metadata as { readonly httpStatusCode?: number } | undefined)?.httpStatusCode;
  return typeof status === 'number' ? status : undefined;
}

/** Reads a failure of the SDK. What carries no answer of the service is the network's, and transient. */
export function readRefusal(error: unknown): Refused {
  if (!(error instanceof Error)) return transient;
  if (isDistrusted(error)) return invalid;
  const known = byName[error.name];
  if (known !== undefined) return known;
  const status = statusOf(error);
  if (status === undefined) return transient;
  return byStatus[status] ?? (status >= 500 ? transient : denied);
}

/** The fault that people see. It holds the service's name for the failure and never a credential. */
export function faultOf(error: unknown, what: string, place: string, attempts: number): Fault {
  const { code } = readRefusal(error);
  const name = error instanceof Error ? error.name : 'unknown';
  const status = error instanceof Error ? statusOf(error) : undefined;
  const symbol = error instanceof Error && 'code' in error ? `, ${String(error.code)}` : '';
  const way = isDistrusted(error)
    ? ' Nobody here vouches for its certificate: name a file with the one of its authority, s3: { caFile: /path/to/ca.pem }.'
    : '';
  const tried = attempts > 1 ? ` after ${attempts} tries` : '';
  return new Fault(code, `${place} does not ${what}${tried}: ${name}${symbol}.${way}`, {
    cause: error,
    details: { place, error: name, status: status ?? null, attempts },
  });
}
