import { describe, expect, test } from 'vitest';
import { sqlPacks, versionSql } from './pack.ts';
import { publishedIn } from './published.ts';

const unproven = sqlPacks.filter((pack) => !pack.isProven);

describe('packs of versions that never ran', () => {
  test.each(unproven.map((pack) => [pack.major, pack] as const))(
    'Odoo %d: every column that is read is declared by a published file, and none is listed in vain',
    (major, { indicators, facts }) => {
      const questions = [...indicators, ...facts, versionSql];
      const read = questions.flatMap(({ reads }) =>
        Object.entries(reads).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`)),
      );
      const known = publishedIn(major).map(({ table, column }) => `${table}.${column}`);
      expect(new Set(known).size).toBe(known.length);
      expect([...new Set(read)].filter((column) => !column.endsWith('.id')).sort()).toEqual(known.toSorted());
    },
  );

  test.each(unproven.map((pack) => [pack.major, pack] as const))(
    'Odoo %d: every state that is asked for is one that the version declares',
    (major, { indicators }) => {
      for (const { name, sql, reads } of indicators) {
        const declared = publishedIn(major).filter(
          ({ table, column }) => column === 'state' && reads[table]?.includes('state'),
        );
        if (declared.length === 0) continue;
        const known = declared.flatMap(({ values }) => values);
        const lists = [...sql.matchAll(/\bstate (?:=|in) (?:\(([^)]+)\)|('[^']+'))/g)].map(
          (match) => match[1] ?? match[2],
        );
        const asked = lists.flatMap((list) => [...(list ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1] ?? ''));
        // `done` ended with 16 for sales orders; asked of later ones it finds nothing and hurts nothing.
        const missing = asked.filter((state) => !known.includes(state) && !(state === 'done' && major >= 17));
        expect(missing, name).toEqual([]);
      }
    },
  );
});
