import { expect, test } from 'vitest';
import { declaredEnvironment } from '../../../test/recovery/watched-target.ts';
import { makeWorld, nameOf } from '../../../test/recovery/world.ts';
import { createMemoryRestorePlaces } from '../../adapters/memory/restore-places.ts';
import { Fault } from '../../core/kernel/index.ts';
import { identitySql, namedFilesSql, rowCountsSql } from '../../core/recovery/index.ts';
import type { Row } from '../../ports/odoo-database.ts';
import type { RestorePlace } from '../../ports/restore-place.ts';
import { backUp } from './back-up.ts';
import { runDrill } from './drill.ts';

const contents = ['pallet', 'crate', 'box'];

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
async function drillWatched(watched: Watched) {
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
      clock: deps.clock,
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

test('files wait for the database, come while Odoo starts, and no journey runs before all are there', async () => {
  const started = Promise.withResolvers<void>();
  const { told } = await drillWatched((place) => ({
    // None comes before Odoo was started: a drill that brought them first would stand still.
    writeFile: async (name, content) => {
      await started.promise;
      return place.writeFile(name, content);
    },
    boot: (asked) => {
      started.resolve();
      return place.boot(asked);
    },
  }));
  const files = told.filter((each) => each === 'file');
  expect(files.length).toBeGreaterThanOrEqual(contents.length);
  expect(told).toEqual(['database', 'neutralised', ...files, 'serves', 'journeys', 'removed']);
});

test('a store that fails under the files is told as that, also where Odoo does not start without them', async () => {
  const { report, told } = await drillWatched(() => ({
    writeFile: async () => {
      throw new Fault('REPOSITORY_UNREACHABLE', 'the store is away');
    },
    boot: async () => {
      throw new Fault('RESTORE_FAILED', 'a module is missing a file');
    },
  }));
  expect(report.reasons.join()).toContain('the store is away');
  expect(report.reasons.join()).not.toContain('a module is missing a file');
  expect(told).not.toContain('journeys');
});

test('a drill that gives up takes its place away only when no file is being written any more', async () => {
  const begun = Promise.withResolvers<void>();
  const { report, told } = await drillWatched((place, told) => ({
    writeFile: async (name, content) => {
      begun.resolve();
      await new Promise((resolve) => setTimeout(resolve, 20));
      told.push('late file');
      return place.writeFile(name, content);
    },
    neutralise: async () => {
      await begun.promise;
      throw new Fault('RESTORE_FAILED', 'it could not be neutralised');
    },
  }));
  expect(report.reasons.join()).toContain('it could not be neutralised');
  expect(told.at(-1)).toBe('removed');
  // One was under way; of the others none was begun.
  expect(told.filter((each) => each === 'late file')).toHaveLength(1);
});
