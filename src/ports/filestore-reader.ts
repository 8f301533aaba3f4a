/** How large a filestore is. */
export interface FilestoreReading {
  readonly bytes: number;
  readonly fileCount: number;
  /** False while a first walk through a large filestore is still under way: then the figures are not yet the whole. */
  readonly isComplete: boolean;
}

/** Measures a filestore in bounded steps. Throws `Fault` SOURCE_UNREADABLE when the directory cannot be read. */
export interface FilestoreReader {
  measure(options: {
    readonly budgetSeconds: number;
    readonly signal?: AbortSignal | undefined;
  }): Promise<FilestoreReading>;
}
