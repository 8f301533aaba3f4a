import type { z } from '@hono/zod-openapi';
import type { ObjectivePoint, ObjectiveVerdict } from '../../../core/objective/index.ts';
import type { resource } from '../../contract/index.ts';
import { iso } from './format.ts';

type View = z.input<typeof resource.objective>;

/** Three missed judgements. */
const staleAfterSeconds = 240;

const span = ({ from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant }) => ({
  from: iso(from),
  to: iso(to),
});

/** A verdict as the API answers it. */
export function objectiveView(verdict: ObjectiveVerdict, now: Temporal.Instant): View {
  const { attainment, targetRatio, window, firing, excluded, gaps, at, peak, normal, ...rest } = verdict;
  return {
    ...rest,
    attainment,
    targetRatio,
    marginRatio: attainment === null ? null : attainment - targetRatio,
    window: { kind: window.kind, name: window.name, seconds: window.seconds, ...span(window) },
    firing: firing.map(({ lastTrueAt: _, since, ...each }) => ({ ...each, since: iso(since) })),
    excluded: excluded.map((each) => ({ ...span(each), reason: each.reason, source: each.source, total: each.total })),
    gaps: gaps.map(span),
    normal: { ...normal },
    peak: peak === null ? null : { ...peak },
    at: iso(at),
    isStale: now.since(at).total('seconds') > staleAfterSeconds,
  };
}

/** A point of the past as the API answers it. */
export function objectivePointView({ at, state, attainment, budgetRemaining }: ObjectivePoint) {
  return { at: iso(at), state, attainment, budgetRemaining };
}
