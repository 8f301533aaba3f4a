import { odooMajors } from '../../observe/index.ts';
import type { DrillCheck } from '../drill.ts';
import type { Invariant } from './invariant.ts';

const common = { versions: odooMajors, proven: [19] } as const;

/** What must be off before a copy of production is started: each is looked at, whatever the tool that did it says. */
export const neutralisedInvariants: readonly Invariant[] = [
  {
    ...common,
    name: 'neutralised.mark',
    module: 'base',
    versions: [16, 17, 18, 19],
    holds: 'the copy says of itself that it is neutralised',
    breaks: 'mark is missing: the copy does not say that it is neutralised',
    sql: `select 1 as total, 'database.is_neutralized' as culprit
  where not exists (select 1 from ir_config_parameter where key = 'database.is_neutralized' and value = 'true')`,
  },
  {
    ...common,
    name: 'neutralised.crons',
    module: 'base',
    holds: 'no scheduled action is active but the one that tidies up',
    breaks: 'scheduled actions are still active',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', action.name, cron.id) as culprit
  from ir_cron cron join ir_act_server action on action.id = cron.ir_actions_server_id
  where cron.active and cron.id not in (select res_id from ir_model_data
    where model = 'ir.cron' and module = 'base' and name = 'autovacuum_job')
  order by cron.id limit 10`,
  },
  {
    ...common,
    name: 'neutralised.outgoing-mail',
    module: 'base',
    holds: 'no server for outgoing mail is active but one that leads nowhere, which keeps Odoo from falling back',
    breaks: 'servers for outgoing mail are still active, or none keeps Odoo from falling back',
    sql: `select count(*) over ()::int as total, culprit from (
    select format('%s (id %s)', name, id) as culprit from ir_mail_server where active and smtp_host <> 'invalid'
    union all select 'no server that leads nowhere' where not exists
      (select 1 from ir_mail_server where active and smtp_host = 'invalid')) as found limit 10`,
  },
  {
    ...common,
    name: 'neutralised.incoming-mail',
    module: 'mail',
    versions: [17, 18, 19],
    holds: 'no server for incoming mail is active',
    breaks: 'servers for incoming mail are still active',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', name, id) as culprit
  from fetchmail_server where active order by id limit 10`,
  },
  {
    ...common,
    name: 'neutralised.payment',
    module: 'payment',
    versions: [16, 17, 18, 19],
    holds: 'no payment provider takes real money',
    breaks: 'payment providers would take real money',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', name, id) as culprit
  from payment_provider where state not in ('test', 'disabled') order by id limit 10`,
  },
  {
    ...common,
    name: 'neutralised.delivery',
    module: 'delivery',
    holds: 'no delivery carrier reaches a real service',
    breaks: 'delivery carriers would reach a real service',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', name, id) as culprit
  from delivery_carrier where prod_environment or (active and delivery_type not in ('fixed', 'base_on_rule'))
  order by id limit 10`,
  },
  {
    ...common,
    name: 'neutralised.webhooks',
    module: 'base',
    versions: [17, 18, 19],
    holds: 'no webhook calls out',
    breaks: 'webhooks would call out',
    sql: `select count(*) over ()::int as total, format('%s (id %s)', name, id) as culprit
  from ir_act_server where state = 'webhook' and webhook_url like 'http%' order by id limit 10`,
  },
];

/** Who a database says it is. Digests are enough to see that a secret changed. */
export interface Identity {
  readonly uuidDigest: string | undefined;
  readonly secretDigest: string | undefined;
}

/** Reads the identity: columns `key` and `digest`. */
export const identitySql = `select key, encode(sha256(convert_to(value, 'UTF8')), 'hex') as digest
  from ir_config_parameter where key in ('database.uuid', 'database.secret')`;

/** A copy that keeps the source's uuid or secret would pass for it: to Odoo's own services, and for whoever has a session. */
export function judgeIdentity(before: Identity, after: Identity): DrillCheck {
  const name = 'neutralised.identity';
  const kept = [
    ...(after.uuidDigest === undefined || after.uuidDigest === before.uuidDigest ? ['database.uuid'] : []),
    ...(after.secretDigest === undefined || after.secretDigest === before.secretDigest ? ['database.secret'] : []),
  ];
  if (kept.length === 0) {
    return { name, outcome: 'passed', detail: 'the copy has a uuid and a secret of its own', evidence: [] };
  }
  return { name, outcome: 'failed', detail: 'the copy still passes for its source', evidence: kept };
}
