import { describe, expect, test } from 'vitest';
import { Fault } from '../kernel/index.ts';
import { statisticsQueries } from './database/index.ts';
import { describeMetric, metricCatalogue } from './metrics.ts';
import { choosePack, odooMajors, sqlPacks, unprovenNote } from './packs/index.ts';

const units: Readonly<Record<string, RegExp>> = {
  seconds: /_seconds$/,
  count: /_count$/,
  ratio: /_ratio$/,
  bytes: /_bytes$/,
  'per-hour': /_per_hour$/,
  'per-second': /_per_second$/,
  boolean: /_up$/,
};

describe('the metric catalogue', () => {
  test.each(Object.entries(metricCatalogue))('%s says its unit in its name and what it means', (name, definition) => {
    expect(name).toMatch(/^(?:odoo|postgres|filestore|host|process|journey|plimsoll|redis|ingress)_[a-z_]+$/);
    expect(name).toMatch(units[definition.unit] ?? /never/);
    expect(definition.help).toMatch(/^[A-Z].*\.$/);
  });

  test('every question answers with metrics of the catalogue, under the labels it declares', () => {
    const questions = [
      ...sqlPacks.flatMap((pack) => pack.indicators),
      ...statisticsQueries.map((query) => ({ ...query, metrics: { ...query.metrics, ...query.rates } })),
    ];
    for (const question of questions) {
      for (const metric of Object.values(question.metrics)) {
        expect(describeMetric(metric)?.labels, `${question.name}: ${metric}`).toEqual(question.labels);
      }
    }
  });
});

describe('SQL packs', () => {
  test.each([...odooMajors])(
    'Odoo %d has backlog, lateness, confirmation, scheduled actions, mail and demand',
    (major) => {
      const names = choosePack(`${major}.0.1.3`).indicators.flatMap((query) => Object.values(query.metrics));
      for (const metric of [
        'odoo_picking_backlog_count',
        'odoo_picking_late_count',
        'odoo_order_confirmation_seconds',
        'odoo_cron_overdue_seconds',
        'odoo_mail_outgoing_count',
        'odoo_user_active_count',
        'odoo_valuation_per_hour',
        'odoo_audit_entry_count',
        'odoo_audit_oldest_seconds',
        'odoo_shipment_per_hour',
      ]) {
        expect(names).toContain(metric);
      }
      expect(new Set(choosePack(`${major}.0`).indicators.map((query) => query.name)).size).toBe(
        choosePack(`${major}.0`).indicators.length,
      );
    },
  );

  test('only 19 is marked proven', () => {
    expect(sqlPacks.filter((pack) => pack.isProven).map((pack) => pack.major)).toEqual([19]);
    expect(odooMajors.filter((major) => unprovenNote(`${major}.0`) !== undefined)).toEqual([14, 15, 16, 17, 18]);
    expect(unprovenNote('17.0.1.3')).toContain('Odoo 17 is unproven');
    expect(unprovenNote('13.0')).toBeUndefined();
  });

  test.each(['13.0.1.3', '20.0', 'saas~18.2.1.3', 'unknown', '', '1900'])('Odoo %j is refused clearly', (version) => {
    expect(() => choosePack(version)).toThrow(Fault);
    expect(() => choosePack(version)).toThrow(/no SQL pack/);
  });

  test('no question mentions a column that it does not declare to read', () => {
    for (const query of sqlPacks.flatMap((pack) => [...pack.indicators, ...pack.facts])) {
      const declared = new Set(Object.values(query.reads).flat());
      const mentioned = [...query.sql.matchAll(/\b(?:picking|sale|move|job|carrier|person|presence)\.(\w+)/g)].map(
        (match) => match[1] ?? '',
      );
      for (const column of mentioned) expect([...declared], `${query.name}: ${column}`).toContain(column);
    }
  });

  test('columns that a version lacks are not asked of it', () => {
    const text = (major: number): string => {
      const pack = choosePack(`${major}.0`);
      return [...pack.indicators, ...pack.facts].map((query) => query.sql).join('\n');
    };
    for (const major of [14, 15, 16, 17]) expect(text(major)).not.toMatch(/failure_count/);
    for (const major of [18, 19]) expect(text(major)).not.toMatch(/numbercall/);
    expect(text(19)).not.toMatch(/stock_valuation_layer|bus_presence/);
    for (const major of [14, 15, 16, 17, 18]) expect(text(major)).not.toMatch(/mail_presence|product_value/);
  });
});
