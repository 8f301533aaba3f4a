import type { Ratio } from '../kernel/index.ts';
import type { CauseFacts, CauseKind, Sign } from './facts.ts';
import { fromMeasures } from './measured.ts';
import type { Rising } from './rising.ts';
import { fromFindings } from './told.ts';

/** What may stand behind a rise: how strongly it is suggested, and by what. */
export interface LikelyCause {
  readonly kind: CauseKind;
  readonly title: string;
  /** How much speaks for it, from 0 to 1; no probability. */
  readonly strength: Ratio;
  readonly evidence: readonly string[];
  readonly action: string;
  readonly since: Temporal.Instant | null;
}

const titles: Readonly<Record<CauseKind, string>> = {
  lock: 'a lock in the database',
  database: 'the database',
  change: 'a change that went shortly before',
  workers: 'workers that are down or have no more room',
  'scheduled-actions': 'scheduled actions that do not run',
  partner: 'a partner or its link',
  machine: 'the machine under it',
  arrivals: 'more work than usual',
  floor: 'less is done than usual',
};

/** Signs of one cause together: each adds to what the others left open, so that more evidence never weighs less. */
function joined(kind: CauseKind, signs: readonly Sign[]): LikelyCause {
  const strongest = signs.toSorted((a, b) => b.strength - a.strength);
  const times = signs.flatMap(({ since }) => since ?? []).toSorted(Temporal.Instant.compare);
  return {
    kind,
    title: titles[kind],
    strength: 1 - signs.reduce((open, { strength }) => open * (1 - strength), 1),
    evidence: [...new Set(strongest.map(({ evidence }) => evidence))],
    action: strongest[0]?.action ?? '',
    since: times[0] ?? null,
  };
}

/** What may stand behind a rise, the likeliest first. Nothing where nothing that is recorded speaks for anything. */
export function likelyCauses(rising: Rising, facts: CauseFacts): readonly LikelyCause[] {
  const signs = [...fromFindings(rising, facts), ...fromMeasures(rising, facts)];
  return [...Map.groupBy(signs, ({ kind }) => kind)]
    .map(([kind, own]) => joined(kind, own))
    .toSorted((a, b) => b.strength - a.strength || a.kind.localeCompare(b.kind));
}
