import { type EstateFile, type ParsedEstate, parseEstate } from '../core/estate/index.ts';
import { journeys } from '../core/journey/index.ts';
import type { EstateSource } from '../ports/estate-source.ts';

/** A parsed estate with the texts it came from, for showing a diagnostic at its line. */
export interface LoadedEstate extends ParsedEstate {
  readonly files: readonly EstateFile[];
}

/** Reads and parses an estate. Throws `Fault` ESTATE_UNREADABLE only when there is nothing to read. */
export async function loadEstate(source: EstateSource, today: Temporal.PlainDate): Promise<LoadedEstate> {
  const { files, diagnostics } = await source.read();
  const names = journeys.map(({ name }) => name);
  return { ...parseEstate(files, { earlier: diagnostics, journeys: names, today }), files };
}
