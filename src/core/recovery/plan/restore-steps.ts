import type { Seconds } from '../../kernel/index.ts';

/** The steps of a restore or a clone, in the order in which they are done. */
export const restoreStepKinds = [
  'stop-odoo',
  'safety-backup',
  'fetch',
  'restore-database',
  'neutralise',
  'reduce',
  'anonymise',
  'restore-filestore',
  'check',
  'prove',
  'exchange',
  'start',
  'settle',
] as const;
export type RestoreStepKind = (typeof restoreStepKinds)[number];

/** One thing to do, and why. */
export interface RestoreStep {
  readonly kind: RestoreStepKind;
  readonly title: string;
  readonly why: string;
  readonly expectedSeconds: Seconds;
}

type Words = Omit<RestoreStep, 'kind'>;

const words: Readonly<Record<RestoreStepKind, Words>> = {
  'stop-odoo': {
    title: 'Stop Odoo, keep its database up',
    why: 'nothing more is written that would be lost, and nothing is sent twice',
    expectedSeconds: 5,
  },
  'safety-backup': {
    title: 'Back up what is there now',
    why: 'so that this restore itself can be undone',
    expectedSeconds: 20,
  },
  fetch: {
    title: 'Fetch the dump',
    why: 'every piece is proved by its hash before anything is made of it',
    expectedSeconds: 5,
  },
  'restore-database': {
    title: 'Restore the database in a place of its own',
    why: 'nothing there reaches the outside, and nothing that serves is touched',
    expectedSeconds: 20,
  },
  neutralise: {
    title: 'Neutralise it, and see that it is',
    why: 'a second Odoo that sends mail, books or ships would act twice',
    expectedSeconds: 3,
  },
  reduce: { title: 'Make it smaller', why: 'as it was asked for', expectedSeconds: 10 },
  anonymise: {
    title: 'Anonymise it, and look for what is left',
    why: 'people who may use the copy may not see who is in it',
    expectedSeconds: 15,
  },
  'restore-filestore': {
    title: 'Restore the files that the database names',
    why: 'each is what its name says, or it is told',
    expectedSeconds: 5,
  },
  check: {
    title: 'Check stock, books, numbers and files',
    why: 'what came back must hold together',
    expectedSeconds: 3,
  },
  prove: {
    title: 'Boot it where it reaches nothing',
    why: 'what does not serve there would not serve here',
    expectedSeconds: 6,
  },
  exchange: {
    title: 'Put it in its place',
    why: 'by renaming: there is never a mixture of the old and the new',
    expectedSeconds: 4,
  },
  start: { title: 'Start it, and wait until it serves', why: 'restored is what serves', expectedSeconds: 12 },
  settle: {
    title: 'Remove what was set aside',
    why: 'the new one serves, and the old one is backed up',
    expectedSeconds: 1,
  },
};

/** A step in its usual words, or in others. */
export function restoreStep(kind: RestoreStepKind, other: Partial<Words> = {}): RestoreStep {
  return { kind, ...words[kind], ...other };
}
