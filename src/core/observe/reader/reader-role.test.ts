import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choosePack } from '../packs/index.ts';
import { columnsRead, quoteIdentifier, quoteLiteral, readerRoleStatements } from './reader-role.ts';

const reader = { role: 'plimsoll_observer', database: 'acme', password: undefined, statementTimeoutSeconds: 2 };

describe('the read-only role', () => {
  test('is granted exactly the columns of the pack that exist', () => {
    const existing = new Map([['ir_cron', new Set(['id', 'active', 'nextcall', 'code'])]]);
    const grants = readerRoleStatements(reader, choosePack('19.0'), existing).filter(({ sql }) =>
      sql.startsWith('grant select ('),
    );
    expect(grants.map(({ sql }) => sql)).toEqual([
      'grant select ("active", "id", "nextcall") on public."ir_cron" to "plimsoll_observer"',
    ]);
  });

  test('never reads what is secret or personal', () => {
    for (const version of ['14.0', '15.0', '16.0', '17.0', '18.0', '19.0']) {
      const columns = [...columnsRead(choosePack(version))].flatMap(([table, names]) =>
        names.map((name) => `${table}.${name}`),
      );
      expect(columns).not.toContain('res_users.password');
      expect(
        columns.filter((column) => /password|secret|token|body|email|db_datas|login|phone|partner_id/.test(column)),
      ).toEqual([]);
    }
  });

  test('quotes whatever a name or a password holds', () => {
    expect(quoteIdentifier('we"ird')).toBe('"we""ird"');
    expect(quoteLiteral("it's \\ here")).toBe("E'it''s \\\\ here'");
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inside = quoteIdentifier(text).slice(1, -1);
        expect(inside.replaceAll('""', '')).not.toContain('"');
      }),
    );
  });
});
