import { createEstateFiles } from '../adapters/estate-files/estate-files.ts';
import { writeNewEstate } from '../adapters/estate-files/write-estate.ts';
import { type Estate, estateJsonSchema, type StarterAnswers, starterEstate } from '../core/estate/index.ts';
import { Fault } from '../core/kernel/index.ts';
import { type LoadedEstate, loadEstate } from '../workflows/load-estate.ts';

/** Reads and checks the estate in a directory. Throws ESTATE_UNREADABLE. */
export function loadEstateFrom(directory: string): Promise<LoadedEstate> {
  return loadEstate(createEstateFiles(directory), Temporal.Now.plainDateISO('UTC'));
}

/** The estate in a directory, for everything that decides from it. Throws ESTATE_UNREADABLE or ESTATE_INVALID. */
export async function requireEstate(directory: string): Promise<Estate> {
  const { estate, diagnostics } = await loadEstateFrom(directory);
  if (estate !== undefined) return estate;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  const place = first === undefined ? '' : `; the first: ${first.file}:${first.line}:${first.column} ${first.message}`;
  throw new Fault(
    'ESTATE_INVALID',
    `${directory}: ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}${place}`,
    {
      details: { directory, errors: errors.length },
    },
  );
}

/** Now, for commands that answer without a server. */
export function currentInstant(): Temporal.Instant {
  return Temporal.Now.instant();
}

/** The time zone of this machine, as a first guess. */
export function localTimezone(): string {
  return Temporal.Now.timeZoneId();
}

/** Writes a starting estate, with the schema for editors beside it; answers the names of the files. */
export async function writeStarter(directory: string, answers: StarterAnswers): Promise<readonly string[]> {
  const schema = { path: 'estate.schema.json', text: `${JSON.stringify(estateJsonSchema(), null, 2)}\n` };
  const files = [...starterEstate(answers), schema];
  await writeNewEstate(directory, files);
  return files.map(({ path }) => path);
}
