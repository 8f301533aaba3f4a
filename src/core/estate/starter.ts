import type { EstateFile } from './read/documents.ts';
import { environment } from './schema/environment.ts';
import { name, odooVersion, timezone } from './schema/scalars.ts';

/** What `plimsoll init` asks. All text, as a person types it. */
export interface StarterAnswers {
  readonly name: string;
  readonly site: string;
  readonly timezone: string;
  readonly odoo: string;
  /** Where Odoo answers, `https://erp.example.com`. */
  readonly url: string;
  readonly database: string;
  readonly platform: string;
  /** The daily cut-off in the site's local time, `17:00`. */
  readonly cutOff: string;
}

/** Answers that need no thought. */
export const starterDefaults: StarterAnswers = {
  name: 'my-estate',
  site: 'warehouse',
  timezone: 'UTC',
  odoo: '19.0',
  url: 'http://127.0.0.1:8069',
  database: 'production',
  platform: 'host',
  cutOff: '17:00',
};

const checks: Readonly<Record<keyof StarterAnswers, (text: string) => string | undefined>> = {
  name: (text) => messageOf(name.safeParse(text)),
  site: (text) => messageOf(name.safeParse(text)),
  timezone: (text) => messageOf(timezone.safeParse(text)),
  odoo: (text) => messageOf(odooVersion.safeParse(text)),
  url: checkAddress,
  database: (text) => messageOf(environment.shape.odoo.shape.database.safeParse(text)),
  platform: (text) =>
    messageOf(environment.shape.platform.safeParse(text)) && `\`${text}\` is not one of host, compose, kubernetes`,
  cutOff: (text) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(text) ? undefined : `\`${text}\` is not a time such as 17:00`),
};

function checkAddress(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return `\`${text}\` is not an address such as https://erp.example.com`;
  }
  return url.username + url.password === ''
    ? undefined
    : 'leave the name and password out: they are references of their own';
}

function messageOf(result: {
  readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined;
}): string | undefined {
  return result.error?.issues[0]?.message;
}

/** What is wrong with an answer, in words; `undefined` where nothing is. */
export function checkAnswer(key: keyof StarterAnswers, text: string): string | undefined {
  return checks[key](text);
}

/** Writes a first estate from checked answers. It checks clean, so that the next command has something to say. */
export function starterEstate(answers: StarterAnswers): readonly EstateFile[] {
  return [
    { path: 'estate.yaml', text: headText(answers) },
    { path: 'sites.yaml', text: siteText(answers) },
    { path: 'environments.yaml', text: environmentText(answers) },
    { path: 'services.yaml', text: servicesText() },
  ];
}

/** A name as YAML text: quoted where YAML would take it for a number or a truth value. */
function plain(word: string): string {
  return /^[a-z][a-z0-9-]*$/.test(word) && !/^(true|false|null|yes|no|on|off|y|n)$/.test(word) ? word : `"${word}"`;
}

const schemaLine = '# yaml-language-server: $schema=./estate.schema.json\n';

function headText(answers: StarterAnswers): string {
  return `${schemaLine}# The estate, the team that answers for it, and what an environment must live up to.
kind: Estate
name: ${plain(answers.name)}
---
kind: Team
name: operations
title: Operations
---
kind: Tenant
name: own
title: Our own company
---
kind: Tier
name: warehouse
objectives: { rpo: 15m, rto: 2h, availability: 99.5% }
recovery: { pattern: backup-restore, drillEvery: 30d }
`;
}

function siteText({ site, timezone: zone, cutOff }: StarterAnswers): string {
  const [hour, minute] = cutOff.split(':').map(Number);
  return `${schemaLine}# A warehouse and its calendar. Rules are iCalendar rules in the site's own time zone.
kind: Site
name: ${plain(site)}
timezone: ${zone}
calendar:
  - name: carrier-cutoff
    kind: cut-off
    rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=${hour};BYMINUTE=${minute}"
    service: shipment-confirmation
  - name: month-end
    kind: peak
    rule: "FREQ=MONTHLY;BYMONTHDAY=-1"
    lasts: 1d
    profile: month-end
  - name: weekly-changes
    kind: change-window
    rule: "FREQ=WEEKLY;BYDAY=TU;BYHOUR=21"
    lasts: 3h
`;
}

function environmentText({ odoo, url, database, platform, site }: StarterAnswers): string {
  const version = odooVersion.parse(odoo);
  return `${schemaLine}# One Odoo. Secrets are references, never values: env:NAME, file:/path, or file:state/path in Plimsoll's state directory.
kind: Environment
name: production
tenant: own
stage: production
tier: warehouse
platform: ${platform}
sites: [${plain(site)}]
odoo:
  version: "${version}"
  database: ${plain(database)}
  modules: [sale_management, stock, purchase, account, delivery]
workers: { web: 2, gevent: 1, cron: 1 }
journeys: { writes: false } # read-only until \`plimsoll journey install\` has set up the synthetic company
connect:
  odoo:
    url: ${JSON.stringify(new URL(url).href.replace(/\/$/, ''))}
    login: "env:PRODUCTION_LOGIN"
    apiKey: "env:PRODUCTION_API_KEY"
  postgres: { url: "file:state/production/postgres-url" } # \`plimsoll connect production\` makes the role and writes this
`;
}

function servicesText(): string {
  return `${schemaLine}# What the business calls it, who answers for it, and the journey that proves it.
kind: BusinessService
name: order-confirmation
environments: [production]
owner: operations
journey: read-orders
objectives: [{ availability: 99.5%, window: 30d }]
---
kind: BusinessService
name: shipment-confirmation
environments: [production]
owner: operations
journey: ship-order
objectives:
  - { availability: 99.5%, window: 30d }
  - { backlog: { clearBefore: carrier-cutoff } }
dependsOn: [order-confirmation]
`;
}
