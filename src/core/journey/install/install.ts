import { z } from 'zod';
import { call, createRecords, fail, readRecords, type Script, searchRead } from '../../script/index.ts';
import { step } from '../definition.ts';
import { manyToOne, synthetic } from '../synthetic-company.ts';
import type { InstallInput } from './input.ts';
import { ensureChart, ensureSequences, ensureWarehouse } from './operations.ts';
import { ensurePeople, ensurePortalOrder, ensureProducts } from './records.ts';

/** What an installation leaves. */
export interface Installation {
  readonly companyId: number;
}

/** The parts of an installation, in order: what progress shows. */
export const installSteps = [
  'find or create the company',
  'load a chart of accounts',
  'set up the warehouse',
  'give it number sequences of its own',
  'set up products',
  'set up users and partners',
  'set up the order for the portal',
  'leave the company to its own users',
] as const;

const id = z.number().int();

/** The user that our key belongs to. */
function* ownUser(): Script<{ readonly id: number; readonly companyId: number }> {
  const context = z.object({ uid: id }).safeParse(yield* call('res.users', 'context_get'));
  if (!context.success) return yield* fail('Odoo did not say whose API key this is');
  const [user] = yield* readRecords('res.users', [context.data.uid], { company_id: manyToOne });
  if (user === undefined) return yield* fail('the user of the API key cannot read itself');
  return { id: context.data.uid, companyId: user.company_id[0] };
}

/**
 * Odoo installs localisation modules whenever a company with a country appears, except while it loads a chart itself.
 * Setting up a synthetic company must not install anything into a system that people work in.
 */
const withoutNewModules = { chart_template_load: true };

/** The company, recognised by the mark on its partner: an interrupted installation is continued, never doubled. */
function* ensureCompany(ownCompanyId: number): Script<number> {
  const marked = [['partner_id.ref', '=', synthetic.companyReference]] as const;
  const [known] = yield* searchRead('res.company', marked, { id }, { limit: 1 });
  if (known !== undefined) return known.id;
  const shape = { currency_id: manyToOne, country_id: z.union([manyToOne, z.literal(false)]) };
  const [own] = yield* readRecords('res.company', [ownCompanyId], shape);
  if (own === undefined) return yield* fail('the company of the API key cannot be read');
  const country = own.country_id === false ? {} : { country_id: own.country_id[0] };
  const partner = { name: synthetic.companyName, ref: synthetic.companyReference, is_company: true, ...country };
  const [partnerId] = yield* createRecords('res.partner', [partner]);
  const company = { name: synthetic.companyName, partner_id: partnerId, currency_id: own.currency_id[0], ...country };
  const [companyId] = yield* createRecords('res.company', [company], withoutNewModules);
  return companyId ?? (yield* fail('Odoo created no company'));
}

/**
 * Sets up the synthetic company with the rights of an administrator, through public methods only. Safe to run again:
 * what exists is kept, what is missing is added, passwords are set anew.
 */
export function* installScript(input: InstallInput): Script<Installation> {
  const [company, chart, warehouse, sequences, products, people, order, leave] = installSteps;
  yield* step(company);
  const operator = yield* ownUser();
  const companyId = yield* ensureCompany(operator.companyId);
  if (companyId === operator.companyId) {
    return yield* fail('the API key belongs to the synthetic company itself; use the key of an administrator');
  }
  // Odoo's record rules bind administrators too: to work in a company one must belong to it.
  yield* call('res.users', 'write', { ids: [operator.id], args: { vals: { company_ids: [[4, companyId]] } } });
  const context = { allowed_company_ids: [companyId], no_reset_password: true, ...withoutNewModules };
  yield* step(chart);
  yield* ensureChart(companyId, input.majorVersion, context);
  yield* step(warehouse);
  yield* ensureWarehouse(companyId, context);
  yield* step(sequences);
  yield* ensureSequences(companyId, context);
  yield* step(products);
  yield* ensureProducts(companyId, input.majorVersion, context);
  yield* step(people);
  const portalPartnerId = yield* ensurePeople(companyId, input, context);
  yield* step(order);
  yield* ensurePortalOrder(companyId, portalPartnerId, context);
  yield* step(leave);
  const parameter = { key: synthetic.companyParameter, value: String(companyId) };
  yield* call('ir.config_parameter', 'set_param', { args: parameter });
  yield* call('res.users', 'write', { ids: [operator.id], args: { vals: { company_ids: [[3, companyId]] } } });
  return { companyId };
}
