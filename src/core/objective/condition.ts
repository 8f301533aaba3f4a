import type { Seconds } from '../kernel/index.ts';
import { countsIn, newestHolding } from './series.ts';
import type { Sli } from './sli.ts';
import type { ServiceCondition } from './verdict.ts';

/** The present is at least so long, and holds a few of the expected signs. */
const presentSeconds: Seconds = 300;
const presentSigns = 2;
/** A few failures in a row are an interruption; a single one is not. */
const fewestEvents = 2;

/** How a service does right now, as one objective sees it (SLO-04). Only what fails outright can interrupt. */
export function conditionOf({ spec, series }: Sli, nowSeconds: Seconds): ServiceCondition {
  const span = Math.max(presentSeconds, presentSigns * (spec.everySeconds ?? 0));
  const recent = countsIn(series, nowSeconds, span);
  if (spec.kind === 'backlog') return backlogCondition(spec, series, nowSeconds);
  if (recent.total === 0) return 'unknown';
  const failing = recent.failed / recent.total;
  const isInterrupted = failing === 1 && recent.total >= fewestEvents;
  if (isInterrupted && spec.kind === 'availability') return 'interrupted';
  return failing > 1 - spec.targetRatio ? 'degraded' : 'working';
}

/** The newest cut-off decides until the next one. */
function backlogCondition(spec: Sli['spec'], series: Sli['series'], nowSeconds: Seconds): ServiceCondition {
  const newest = newestHolding(series, 1, nowSeconds, spec.windowSeconds);
  if (newest.total === 0) return 'unknown';
  return newest.failed > 0 ? 'degraded' : 'working';
}

const order: readonly ServiceCondition[] = ['unknown', 'working', 'degraded', 'interrupted'];

/** What a service's objectives say together: the worst that any of them knows. */
export function worstCondition(a: ServiceCondition | undefined, b: ServiceCondition): ServiceCondition {
  return a === undefined || order.indexOf(b) > order.indexOf(a) ? b : a;
}
