import { expect, test } from 'vitest';
import { parseEstate } from './index.ts';

const environment = (line: string): string =>
  `kind: Environment\nname: acme-prod\nstage: staging\nplatform: host\n${line.includes('odoo:') ? '' : 'odoo: { version: "19.0", database: acme, modules: [sale] }\n'}${line}\n`;
const site = (line: string): string =>
  `kind: Site\nname: rotterdam-dc\n${line.includes('timezone:') ? '' : 'timezone: Europe/Amsterdam\n'}${line}\n`;
const event = (line: string): string => site(`calendar: [{ name: x, kind: freeze, ${line} }]`);

/** One mistake, the code it gets, and what its hint teaches. */
const mistakes: readonly (readonly [document: string, code: string, hint: string])[] = [
  // A word that is not one of the allowed: the nearest, and all there are.
  [environment('serviceClass: prodction'), 'VALUE_INVALID', 'Did you mean `production`? Allowed: '],
  [environment('serviceClass: gold'), 'VALUE_INVALID', 'Allowed: '],
  // Durations.
  [environment('objectives: { rpo: "90" }'), 'DURATION_INVALID', 'did you mean `90s`, `90m` or `90h`?'],
  [environment('objectives: { rpo: 90 }'), 'VALUE_INVALID', 'did you mean `90s`, `90m` or `90h`?'],
  [environment('objectives: { rpo: 5 min }'), 'DURATION_INVALID', 'Did you mean `5m`?'],
  [environment('objectives: { rpo: 2 Hours }'), 'DURATION_INVALID', 'Did you mean `2h`?'],
  [environment('objectives: { rpo: 1 month }'), 'DURATION_INVALID', 'count days or weeks'],
  [environment('objectives: { rpo: -1h }'), 'DURATION_INVALID', 'cannot be negative'],
  // Sizes.
  [environment('resources: { memory: 20GB }'), 'SIZE_INVALID', 'Did you mean `20GiB`?'],
  [environment('resources: { memory: 20 }'), 'VALUE_INVALID', 'did you mean `20MiB` or `20GiB`?'],
  [environment('resources: { memory: much }'), 'SIZE_INVALID', 'Write it as 512MiB'],
  // Percentages.
  [environment('objectives: { availability: "99,9%" }'), 'PERCENT_INVALID', 'Did you mean `99.9%`?'],
  [environment('objectives: { availability: 0.995 }'), 'VALUE_INVALID', 'Did you mean `99.5%`?'],
  [environment('objectives: { availability: 99.5 }'), 'VALUE_INVALID', 'Did you mean `99.5%`?'],
  // Out of range, and of the wrong type: the range, and the type.
  [environment('workers: { web: 5000 }'), 'VALUE_INVALID', 'A whole number from 0 to 1000.'],
  [environment('workers: { web: two }'), 'VALUE_INVALID', 'A whole number from 0 to 1000.'],
  [environment('resources: { cpuCores: 0 }'), 'VALUE_INVALID', 'A number above 0, at most 1024.'],
  // Dates and zones.
  [event('on: 2026-01-01, except: ["2026-02-30"]'), 'DATE_INVALID', '2026-02 has 28 days.'],
  [event('on: 2026-01-01, except: [25.12.2026]'), 'DATE_INVALID', 'Did you mean `2026-12-25`?'],
  [event('on: 2026-01-01, except: [3/4/2026]'), 'DATE_INVALID', 'The year comes first'],
  [event('on: 2026-01-01, except: [45.13.2026]'), 'DATE_INVALID', 'Write it as 2026-12-25.'],
  [site('timezone: Europe/Amsterdm'), 'TIMEZONE_UNKNOWN', 'Did you mean `Europe/Amsterdam`?'],
  [site('timezone: new york'), 'TIMEZONE_UNKNOWN', 'Did you mean `America/New_York`?'],
  // Names, references and keys.
  [`kind: Team\nname: Dock Ærø Team\n`, 'NAME_INVALID', 'Use lower-case letters'],
  [`kind: Team\nname: Dock_Team\n`, 'NAME_INVALID', 'Did you mean `dock-team`?'],
  [`kind: Team\nname: 7\n`, 'VALUE_INVALID', 'Put it in quotes.'],
  [`${environment('sites: [roterdam-dc]')}---\n${site('')}`, 'REFERENCE_UNKNOWN', 'Did you mean `rotterdam-dc`?'],
  [environment('sitez: []'), 'KEY_UNKNOWN', 'Did you mean `sites`?'],
];

test.each(mistakes)('%s is %s: %s', (document, code, hint) => {
  const { diagnostics } = parseEstate([{ path: 'estate.yaml', text: `kind: Estate\nname: one\n---\n${document}` }]);
  expect(diagnostics.filter((diagnostic) => diagnostic.code === code)).toEqual([
    expect.objectContaining({ hint: expect.stringContaining(hint) }),
  ]);
});
