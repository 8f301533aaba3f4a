import type { Secret } from '../../kernel/index.ts';

/** What an installation needs to know. */
export interface InstallInput {
  readonly majorVersion: number;
  readonly passwords: { readonly journeys: Secret; readonly portal: Secret };
}
