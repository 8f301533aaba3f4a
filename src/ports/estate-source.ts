import type { EstateFile } from '../core/estate/index.ts';
import type { Diagnostic } from '../core/kernel/index.ts';

/** The texts an estate is declared in. What cannot be read is a diagnostic and does not hide the rest. */
export interface EstateText {
  readonly files: readonly EstateFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where declarations come from. Throws `Fault` ESTATE_UNREADABLE when there is nothing to read at all. */
export interface EstateSource {
  read(): Promise<EstateText>;
}
