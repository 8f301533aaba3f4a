import { allMajors, everyLook, type FactQuery, type IndicatorQuery, majorsBetween, provenOn19 } from './indicator.ts';

const common = { versions: allMajors, proven: provenOn19, everySeconds: everyLook, absent: 'zero' } as const;

const cronColumns = ['id', 'active', 'nextcall', 'lastcall'] as const;
const lateness = 'greatest(0, extract(epoch from $1::timestamp - nextcall))';
const cronFigures = `count(*)::float8 as active,
    count(*) filter (where nextcall < $1::timestamp)::float8 as overdue,
    coalesce(max(${lateness}), 0)::float8 as longest,
    extract(epoch from $1::timestamp - max(lastcall))::float8 as idle`;
const cronMetrics = {
  active: 'odoo_cron_active_count',
  overdue: 'odoo_cron_overdue_count',
  longest: 'odoo_cron_overdue_seconds',
  idle: 'odoo_cron_idle_seconds',
} as const;

// A job that is put off, or tried again later, waits from its own time on, not from when it was made.
const startable = 'greatest(job.date_created, job.eta)';

/** What runs without anybody waiting for it: scheduled actions, mail, the OCA queue. */
export const backgroundQueries: readonly IndicatorQuery[] = [
  {
    // Failures are counted since 18; numbercall (0: never again) ended with 17.
    ...common,
    name: 'crons',
    module: 'base',
    versions: [18, 19],
    reads: { ir_cron: [...cronColumns, 'failure_count'] },
    labels: [],
    metrics: { ...cronMetrics, failing: 'odoo_cron_failing_count' },
    sql: `select ${cronFigures}, count(*) filter (where failure_count > 0)::float8 as failing
  from ir_cron where active`,
  },
  {
    ...common,
    name: 'crons-until-17',
    module: 'base',
    versions: majorsBetween(14, 17),
    proven: [],
    reads: { ir_cron: [...cronColumns, 'numbercall'] },
    labels: [],
    metrics: cronMetrics,
    sql: `select ${cronFigures} from ir_cron where active and numbercall <> 0`,
  },
  ...mailQueries(majorsBetween(16, 19), provenOn19, `(scheduled_date is null or scheduled_date <= $1::timestamp)`),
  // Until 15 scheduled_date was free text: only what has none is surely due.
  ...mailQueries(majorsBetween(14, 15), [], `coalesce(scheduled_date, '') = ''`),
  {
    ...common,
    name: 'queue-jobs',
    module: 'queue_job',
    proven: [],
    reads: { queue_job: ['id', 'channel', 'state', 'date_created'] },
    labels: ['channel', 'state'],
    metrics: { jobs: 'odoo_queue_job_count' },
    sql: `select coalesce(channel, 'root') as channel, state, count(*)::float8 as jobs
  from queue_job where state in ('wait_dependencies', 'pending', 'enqueued', 'started', 'failed') group by 1, 2`,
  },
  {
    ...common,
    name: 'queue-oldest',
    module: 'queue_job',
    proven: [],
    reads: { queue_job: ['id', 'channel', 'state', 'date_created', 'eta'] },
    labels: ['channel'],
    metrics: { oldest: 'odoo_queue_job_oldest_seconds' },
    sql: `select coalesce(channel, 'root') as channel,
    extract(epoch from $1::timestamp - min(${startable}))::float8 as oldest
  from queue_job job where state in ('pending', 'enqueued') and ${startable} <= $1::timestamp group by 1`,
  },
  {
    ...common,
    name: 'queue-delay',
    module: 'queue_job',
    proven: [],
    everySeconds: 60,
    reads: { queue_job: ['id', 'channel', 'date_created', 'date_started', 'eta'] },
    labels: ['channel', 'quantile'],
    metrics: { delay: 'odoo_queue_job_delay_seconds' },
    absent: 'nothing',
    sql: `select coalesce(job.channel, 'root') as channel, quantile.share::text as quantile,
    percentile_cont(quantile.share) within group
      (order by greatest(0, extract(epoch from job.date_started - ${startable}))::float8)::float8 as delay
  from queue_job job cross join (values (0.5::float8), (0.95::float8)) as quantile (share)
  where job.date_started >= $1::timestamp - interval '1 hour' group by 1, quantile.share`,
  },
];

function mailQueries(
  versions: IndicatorQuery['versions'],
  proven: IndicatorQuery['proven'],
  isDue: string,
): readonly IndicatorQuery[] {
  return [
    {
      ...common,
      name: `mail-from-${versions[0]}`,
      module: 'mail',
      versions,
      proven,
      reads: { mail_mail: ['id', 'state', 'create_date', 'scheduled_date'] },
      labels: [],
      metrics: {
        outgoing: 'odoo_mail_outgoing_count',
        oldest: 'odoo_mail_outgoing_oldest_seconds',
        failed: 'odoo_mail_failed_count',
      },
      sql: `select count(*) filter (where state = 'outgoing' and ${isDue})::float8 as outgoing,
    coalesce(extract(epoch from $1::timestamp - min(create_date) filter (where state = 'outgoing' and ${isDue})), 0)::float8 as oldest,
    count(*) filter (where state = 'exception')::float8 as failed
  from mail_mail where state in ('outgoing', 'exception')`,
    },
  ];
}

/** Which scheduled actions are overdue or failing, by name: for reasons, at most twenty. */
export const cronFactQueries: readonly FactQuery[] = [
  {
    name: 'cron-facts',
    module: 'base',
    versions: [18, 19],
    proven: provenOn19,
    everySeconds: everyLook,
    reads: { ir_cron: ['id', 'cron_name', 'active', 'nextcall', 'failure_count'] },
    facts: 'crons',
    sql: `select id, cron_name as name, ${lateness}::float8 as overdue, coalesce(failure_count, 0)::float8 as failures
  from ir_cron where active and (nextcall < $1::timestamp or failure_count > 0) order by nextcall limit 20`,
  },
  ...cronFactsUntil17([14, 15, 17], 'cron_name'),
  // 16 alone keeps the name with its translations.
  ...cronFactsUntil17([16], `coalesce(cron_name ->> 'en_US', cron_name::text)`),
];

function cronFactsUntil17(versions: FactQuery['versions'], name: string): readonly FactQuery[] {
  return [
    {
      name: `cron-facts-${versions.join('-')}`,
      module: 'base',
      versions,
      proven: [],
      everySeconds: everyLook,
      reads: { ir_cron: ['id', 'cron_name', 'active', 'nextcall', 'numbercall'] },
      facts: 'crons',
      sql: `select id, ${name} as name, ${lateness}::float8 as overdue, 0::float8 as failures
  from ir_cron where active and numbercall <> 0 and nextcall < $1::timestamp order by nextcall limit 20`,
    },
  ];
}
