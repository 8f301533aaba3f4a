import { type FaultCode, faultCatalogue } from './fault-catalogue.ts';

/** Facts about a fault, safe to print: never a secret. */
export type FaultDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The world failed. Thrown by adapters, translated once per app into an exit code, a problem document or a log line. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(
    code: FaultCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: FaultDetails } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  /** What the reader can do about it. */
  get remedy(): string {
    return faultCatalogue[this.code].remedy;
  }
}
