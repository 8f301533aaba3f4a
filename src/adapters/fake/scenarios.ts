/** What the made-up estate of `serve --fake` may be like, and what one sees then. */
export const scenarios = {
  busy: 'trouble comes and goes on acme-prod, three minutes in every ten',
  troubled: 'a bad day: a lock on acme-prod, a slow Odoo, one that nobody can see, a freeze, and mistakes in the files',
  calm: 'a good day: everything is seen, and well',
  stale: 'a good day a quarter of an hour ago: nobody has looked since',
  failing: 'the store does not answer',
  empty: 'an estate without environments, as on the very first day',
  thousand: 'a thousand environments on forty sites, some of them in trouble',
} as const;

export type Scenario = keyof typeof scenarios;

/** The names, the default first. */
export const scenarioNames = Object.keys(scenarios) as [Scenario, ...Scenario[]];
