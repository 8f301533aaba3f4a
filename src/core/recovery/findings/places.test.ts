import { expect, test } from 'vitest';
import { backupAt, environmentWith, estateWith, repository } from '../test-estate.ts';
import { copyAction } from './places.ts';

test('BKP-06: the way to a missing copy is another for a dump, for a physical backup, and where no repository lies there', () => {
  const [far] = estateWith('objectives: { rpo: 2d }', repository('far', 'north')).repositories;
  const action = (method: 'logical' | 'physical', there = far) =>
    copyAction(environmentWith('objectives: { rpo: 2d }'), 'north', there, backupAt('2026-06-10T02:00Z', { method }));
  expect(action('logical')).toContain('look at the last one');
  expect(action('physical')).toContain('--method logical');
  expect(copyAction(environmentWith('objectives: { rpo: 2d }'), 'north', undefined, undefined)).toContain(
    'Declare a Repository',
  );
});
