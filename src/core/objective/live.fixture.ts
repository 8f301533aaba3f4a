import { type Environment, type Estate, parseEstate } from '../estate/index.ts';
import { objectivesOf } from './plan.ts';
import type { Point } from './series.ts';
import { createSli, type Recorded, type Sli, type Surroundings } from './sli.ts';
import type { ObjectiveSpec } from './spec.ts';

/** Noon on an ordinary Wednesday. */
export const noon = Temporal.Instant.from('2026-11-18T12:00:00Z');

export const secondsOf = (instant: Temporal.Instant): number => instant.epochMilliseconds / 1_000;

/** A small estate whose service promises what is given. */
export function estateWith(
  objectives: string,
  more = '',
): { readonly estate: Estate; readonly environment: Environment } {
  const text = `
kind: Estate
name: northsea
---
kind: Tenant
name: acme
---
kind: Team
name: floor
---
kind: Site
name: rotterdam-dc
timezone: Europe/Amsterdam
calendar:
  - { name: dhl-cutoff, kind: cut-off, rule: "FREQ=DAILY;BYHOUR=17;BYMINUTE=0" }
  - { name: sunday-maintenance, kind: maintenance-window, rule: "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2", lasts: 4h }
  - { name: black-friday, kind: peak, rule: "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=17", lasts: 24h }
---
kind: Environment
name: acme-prod
tenant: acme
stage: production
platform: host
sites: [rotterdam-dc]
objectives: { availability: 99.9% }
odoo: { version: "19.0", database: acme }
---
kind: BusinessService
name: shipment-confirmation
owner: floor
environments: [acme-prod]
journey: ship-order
${objectives}
${more}`;
  const { estate, diagnostics } = parseEstate([{ path: 'estate.yaml', text }]);
  const [environment] = estate?.environments ?? [];
  if (estate === undefined || environment === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return { estate, environment };
}

/** The first promise of that estate. */
export function specWith(objectives: string, more = ''): ObjectiveSpec {
  const { estate, environment } = estateWith(objectives, more);
  const [spec] = objectivesOf(estate, environment);
  if (spec === undefined) throw new Error('nothing is promised');
  return spec;
}

/** A run every five minutes for so many hours before `until`; `goodAt` says which went well. */
export function runs(until: Temporal.Instant, hours: number, goodAt: (atSeconds: number) => boolean): Recorded {
  const last = secondsOf(until);
  const count = hours * 12;
  const points = Array.from({ length: count }, (_, index): Point => {
    const atSeconds = last - (count - 1 - index) * 300;
    return { atSeconds, good: goodAt(atSeconds) ? 1 : 0, total: 1 };
  });
  return { points, seen: undefined };
}

export const plain: Surroundings = { excluded: [], peaks: [], compromises: [] };

/** What a recording comes to under a promise. */
export function sliOf(spec: ObjectiveSpec, recorded: Recorded, surroundings = plain, now = noon): Sli {
  return createSli(spec, recorded, surroundings, now);
}
