import { expect, test } from 'vitest';
import { contents, drillWatched } from '../../../test/recovery/watched-drill.ts';
import { Fault } from '../../core/kernel/index.ts';

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
