import { createMemoryRestorePlaces } from '../../src/adapters/memory/restore-places.ts';
import { Fault } from '../../src/core/kernel/index.ts';
import { identitySql, namedFilesSql, rowCountsSql } from '../../src/core/recovery/index.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Row } from '../../src/ports/odoo-database.ts';
import type { RestorePlace } from '../../src/ports/restore-place.ts';
import { backUp } from '../../src/workflows/recovery/back-up.ts';
import { runDrill } from '../../src/workflows/recovery/drill.ts';
import { declaredEnvironment } from './watched-target.ts';
import { makeWorld, nameOf } from './world.ts';

export const contents = ['pallet', 'crate', 'box'];

/** What a made-up copy answers: an Odoo with nothing in it but the files that it names. */
function answersOf(isNeutralised: () => boolean) {
  return (text: string): readonly Row[] => {
    if (text === rowCountsSql) return [];
    if (text === namedFilesSql) return contents.map((each) => ({ file: nameOf(each), attachment: each }));
    if (text === identitySql) {
      return ['uuid', 'secret'].map((key) => ({ key: `database.${key}`, digest: `${key} ${isNeutralised()}` }));
    }
    if (text.includes('latest_version')) return [{ name: 'base', version: '19.0.1.3' }];
    if (text.includes("to_regclass('ir_module_module')")) return [{ value: 'ir_module_module' }];
    return text.includes('from res_users') ? [{ count: 0 }] : [];
  };
}

type Watched = (place: RestorePlace, told: string[]) => Partial<RestorePlace>;

/** A drill of a backup in memory, in a place of which a test watches or changes some parts. */
export async function drillWatched(watched: Watched, clock?: Clock) {
  const { deps, repository, request, made } = await makeWorld();
  for (const each of contents) made.files.set(nameOf(each), each);
  await backUp(deps, request('20261121T084512Z-logical-000001'));
  const told: string[] = [];
  let isNeutralised = false;
  const places = createMemoryRestorePlaces({ answer: answersOf(() => isNeutralised) });
  const tell = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const result = await work();
    told.push(what);
    return result;
  };
  const report = await runDrill(
    {
      clock: clock ?? deps.clock,
      repository,
      openCopy: () => {
        told.push('journeys');
        throw new Fault('RESTORE_FAILED', 'no journeys here');
      },
      jobs: 2,
      places: {
        ...places,
        create: async (options) => {
          const place = await places.create(options);
          const all: RestorePlace = {
            ...place,
            restoreDatabase: (asked) => tell('database', () => place.restoreDatabase(asked)),
            neutralise: (asked) =>
              tell('neutralised', async () => {
                await place.neutralise(asked);
                isNeutralised = true;
              }),
            writeFile: (name, content) => tell('file', () => place.writeFile(name, content)),
            boot: (asked) => tell('serves', () => place.boot(asked)),
            remove: () => tell('removed', () => place.remove()),
          };
          return { ...all, ...watched(all, told) };
        },
      },
    },
    declaredEnvironment(),
  );
  return { report, told };
}
