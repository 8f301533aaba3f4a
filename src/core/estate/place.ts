/** Where a value was declared, for diagnostics and for "why is it so?". Lines and columns are 1-based. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A reference to a secret (`env:NAME`, `file:/path`): never the value. */
export interface SecretReference {
  readonly source: 'env' | 'file';
  readonly name: string;
}

/** A value that may be written plainly or be a reference to a secret. */
export type PlainOrSecret = string | SecretReference;
