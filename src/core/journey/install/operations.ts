import { z } from 'zod';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../../script/index.ts';
import { synthetic } from '../synthetic-company.ts';

const id = z.number().int();
type Context = Readonly<Record<string, unknown>>;

/** The chart of accounts that every Odoo carries, whatever the country: journals and numbers of its own come with it. */
const genericChart = 'generic_coa';

/** From 17 on, charts are known by a code; before, each was a record. */
export function* ensureChart(companyId: number, majorVersion: number, context: Context): Script<void> {
  const journals = [
    ['company_id', '=', companyId],
    ['type', '=', 'sale'],
  ] as const;
  const [journal] = yield* searchRead('account.journal', journals, { id }, { limit: 1, context });
  if (journal !== undefined) return;
  if (majorVersion >= 17) {
    const args = { template_code: genericChart, company: companyId, install_demo: false };
    yield* call('account.chart.template', 'try_loading', { ids: [], args, context });
  } else {
    const [chart] = yield* searchRead(
      'account.chart.template',
      [['visible', '=', true]],
      { id },
      { limit: 1, context },
    );
    if (chart === undefined) return yield* fail('Odoo offers no chart of accounts');
    yield* call('account.chart.template', 'try_loading', { ids: [chart.id], args: { install_demo: false }, context });
  }
  const [loaded] = yield* searchRead('account.journal', journals, { id }, { limit: 1, context });
  if (loaded === undefined) yield* fail('the chart of accounts was loaded but left no sales journal');
}

/** A warehouse that picks, packs and ships in three transfers, so that each can be timed. */
export function* ensureWarehouse(companyId: number, context: Context): Script<void> {
  const shape = { id, delivery_steps: z.string() };
  const steps = { delivery_steps: 'pick_pack_ship', reception_steps: 'one_step' };
  const [warehouse] = yield* searchRead('stock.warehouse', [['company_id', '=', companyId]], shape, {
    limit: 1,
    context,
  });
  if (warehouse === undefined) {
    const vals = { name: synthetic.companyName, code: synthetic.warehouseCode, company_id: companyId, ...steps };
    yield* createRecords('stock.warehouse', [vals], context);
    return;
  }
  if (warehouse.delivery_steps !== steps.delivery_steps) {
    yield* call('stock.warehouse', 'write', { ids: [warehouse.id], args: { vals: steps }, context });
  }
}

/**
 * Numbers of its own for everything that Odoo numbers across companies: Odoo prefers a company's sequence to the shared
 * one of the same code, so that no order of ours takes a number from a real one.
 */
export function* ensureSequences(companyId: number, context: Context): Script<void> {
  const shape = { code: z.string(), padding: id };
  const coded = ['code', '!=', false] as const;
  const shared = yield* searchRead('ir.sequence', [['company_id', '=', false], coded], shape, { limit: 500, context });
  const own = yield* searchRead('ir.sequence', [['company_id', '=', companyId], coded], shape, { limit: 500, context });
  const known = new Set(own.map(({ code }) => code));
  const missing = shared.filter(({ code }) => !known.has(code));
  if (missing.length === 0) return;
  const values = missing.map(({ code, padding }) => ({
    name: `${synthetic.companyName} ${code}`,
    code,
    padding,
    prefix: 'PLIMSOLL/',
    company_id: companyId,
  }));
  yield* createRecords('ir.sequence', values, context);
}

/** The ids of records that Odoo's modules define, by `module.name`. */
export function* definedIds(names: readonly string[], context: Context): Script<readonly number[]> {
  const found: number[] = [];
  for (const full of names) {
    const [module = '', name = ''] = full.split('.');
    const domain = [
      ['module', '=', module],
      ['name', '=', name],
    ] as const;
    const [row] = yield* searchRead('ir.model.data', domain, { res_id: id }, { limit: 1, context });
    if (row === undefined) return yield* fail(`${full} does not exist: is the module "${module}" installed?`);
    found.push(row.res_id);
  }
  return found;
}

/** Adds what is missing of a set of records that are told apart by one field. */
export function* ensureRecords(
  model: string,
  key: string,
  companyId: number,
  values: readonly Readonly<Record<string, unknown>>[],
  context: Context,
): Script<void> {
  const domain = [
    ['company_id', '=', companyId],
    [key, 'in', values.map((value) => value[key])],
  ] as const;
  const known = yield* searchRead(model, domain, { id }, { limit: values.length, context });
  const ids = known.map((row) => row.id);
  const rows = ids.length === 0 ? [] : yield* readRecords(model, ids, { [key]: z.string() }, context);
  const names = new Set(rows.map((row) => row[key]));
  const missing = values.filter((value) => !names.has(String(value[key])));
  if (missing.length > 0) {
    yield* createRecords(
      model,
      missing.map((value) => ({ ...value, company_id: companyId })),
      context,
    );
  }
}
