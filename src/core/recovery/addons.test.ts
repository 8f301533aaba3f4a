import { describe, expect, test } from 'vitest';
import { addonsCoverage, runsWith } from './addons.ts';
import { addonsCheck } from './addons-check.ts';
import type { AddonsVersion } from './manifest.ts';

const own: AddonsVersion = {
  directory: '/srv/addons',
  revision: `git ${'3f2ac1d0b8e1'.padEnd(40, '0')}`,
  sha256: 'a'.repeat(64),
  modules: [{ name: 'palmetto_rf', version: '19.0.1.2' }],
  problem: null,
};
const unknown: AddonsVersion = { ...own, revision: null, sha256: null, problem: 'it has more than 100000 files' };
const covers = (foreignModules: readonly string[], addons: readonly AddonsVersion[]) =>
  addonsCoverage({ modules: 84, foreignModules, addons });

describe('the add-ons of a backup (BKP-01)', () => {
  test('are covered where every foreign module lies in a directory whose version is known', () => {
    expect(covers([], []).isCovered).toBe(true);
    expect(covers(['palmetto_rf'], [own])).toMatchObject({ isCovered: true });
    expect(covers(['palmetto_rf'], [own]).why).toContain('git 3f2ac1d0b8e1, content aaaaaaaaaaaa');
    expect(covers(['palmetto_rf', 'palmetto_dock'], [own]).why).toContain('the code of palmetto_dock is not');
    expect(covers(['palmetto_rf'], [unknown])).toMatchObject({ isCovered: false });
    expect(covers(['palmetto_rf'], [unknown]).why).toContain('not known: it has more than 100000 files');
  });

  test('are named with what ran', () => {
    const software = [{ name: 'odoo', version: '19.0' }];
    expect(runsWith({ software, addons: [own] })).toEqual([
      ...software,
      { name: 'add-ons /srv/addons', version: 'git 3f2ac1d0b8e1, content aaaaaaaaaaaa' },
    ]);
    expect(runsWith({ software })).toEqual(software);
  });

  test('in other versions where a copy runs are a warning that names them, and never silence', () => {
    const outcome = (then: readonly AddonsVersion[] | undefined, now: readonly AddonsVersion[]) =>
      addonsCheck(then, now)[0]?.outcome;
    expect(outcome([own], [own])).toBe('passed');
    expect(outcome(undefined, [])).toBeUndefined();
    expect(outcome([], [])).toBeUndefined();
    // The same content is the same, whatever is said of its commit; where nobody knows, it is not taken for the same.
    expect(outcome([own], [{ ...own, revision: 'git other' }])).toBe('passed');
    expect(outcome([unknown], [unknown])).toBe('warning');
    expect(outcome(undefined, [own])).toBe('warning');
    expect(outcome([], [own])).toBe('warning');
    expect(outcome([own], [])).toBe('warning');
    const changed = { ...own, sha256: 'b'.repeat(64), modules: [{ name: 'palmetto_rf', version: '19.0.2.0' }] };
    expect(addonsCheck([own], [changed])[0]?.evidence).toEqual([
      '/srv/addons was git 3f2ac1d0b8e1, content aaaaaaaaaaaa, and is git 3f2ac1d0b8e1, content bbbbbbbbbbbb (palmetto_rf 19.0.1.2 → 19.0.2.0)',
    ]);
  });
});
