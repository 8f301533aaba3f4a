import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instant } from '../test-estate.ts';
import { type ColumnFact, leftoverSql, planAnonymise, rulesFor, unreadableColumns } from './anonymise.ts';
import { planReduce } from './reduce.ts';
import { odooRules, plainIdentifier } from './rules.ts';

const fact = (table: string, column: string, type = 'text', isNullable = true): ColumnFact => ({
  table,
  column,
  type,
  isNullable,
});
const columns = [
  fact('res_partner', 'name', 'character varying'),
  fact('res_partner', 'email', 'character varying'),
  fact('res_users', 'login', 'character varying', false),
  fact('payment_provider', 'acme_secret', 'character varying'),
  fact('res_partner', 'barcode', 'jsonb'),
  fact('x_driver', 'x_name', 'text'),
];
const texts = (...given: Parameters<typeof planAnonymise>): readonly string[] =>
  planAnonymise(...given).map(({ sql }) => sql);

describe('what anonymising changes', () => {
  test('columns that are there and hold people, credentials whatever module brought them, and what is declared', () => {
    const declared = [{ table: 'x_driver', column: 'x_name', as: 'name' } as const];
    expect(
      rulesFor(columns, declared)
        .map(({ table, column, as }) => `${table}.${column} ${as}`)
        .sort(),
    ).toEqual([
      'payment_provider.acme_secret nothing',
      'res_partner.barcode nothing',
      'res_partner.email email',
      'res_partner.name name',
      'res_users.login login',
      'x_driver.x_name name',
    ]);
  });

  test('the key is a value of the statements, and never part of their text', () => {
    const plan = planAnonymise(columns, [], 'the key');
    expect(plan.some(({ values }) => values.includes('the key'))).toBe(true);
    for (const { sql } of plan) expect(sql).not.toContain('the key');
  });

  test('what is declared overrides what is usual', () => {
    const declared = [{ table: 'res_partner', column: 'name', as: 'nothing' } as const];
    expect(texts(columns, declared, 'k')).toContain('update "res_partner" set "name" = null where "name" is not null');
  });

  test('property: a name that needs quoting never becomes part of a statement; it is told', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('x"; drop table res_users; --', 'Ünïcode', 'two words', "o'clock"),
    );
    fc.assert(
      fc.property(word, word, (table, column) => {
        const strange = [fact(table, column)];
        const isPlain = plainIdentifier.test(table) && plainIdentifier.test(column);
        const all = [...texts(strange, [{ table, column, as: 'text' }], 'k'), ...leftoverSql(strange)].join('\n');
        if (isPlain) return;
        if (table.length > 8) expect(all).not.toContain(table);
        expect(leftoverSql(strange)).toEqual([]);
        expect(unreadableColumns(strange)).toEqual([`${table}.${column}`]);
      }),
    );
  });

  test('Odoo’s own rules are plain names, each once', () => {
    const names = odooRules.map(({ table, column }) => `${table}.${column}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { table, column } of odooRules)
      expect([table, column].every((each) => plainIdentifier.test(each))).toBe(true);
  });
});

describe('what making a copy smaller leaves out', () => {
  const now = instant('2026-11-21T12:00:00Z');
  const tables = new Set(['mail_message', 'ir_attachment', 'bus_bus']);

  test('each kind by its own age, as a value', () => {
    const plan = planReduce({ mail: 90 * 86_400, logs: 3_600 }, now, tables);
    expect(plan.map(({ values }) => values[0])).toEqual([
      '2026-08-23 12:00:00',
      '2026-08-23 12:00:00',
      '2026-11-21 11:00:00',
      '2026-11-21 11:00:00',
    ]);
    expect(planReduce({ mail: 1 }, now, new Set())).toEqual([]);
  });

  test('stock and books are left whole: what is there now is the sum of all that moved', () => {
    const all = planReduce({ mail: 1, attachments: 1, logs: 1 }, now, tables)
      .map(({ sql }) => sql)
      .join('\n');
    expect(all).not.toMatch(/stock_|account_|sale_|purchase_/);
  });
});
