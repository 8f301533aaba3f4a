/** Unknown is its own answer: a collector that is stale or failing never reads as healthy. */
export type Health = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/** Why a verdict is not plain healthy, in words a warehouse manager or an on-call engineer can use. */
export interface HealthReason {
  /** Stable, upper-case: ODOO_WEB_DOWN, TABLE_LOCKED, CRON_OVERDUE … */
  readonly code: string;
  readonly health: Exclude<Health, 'healthy'>;
  /** One sentence with the figures in it. */
  readonly summary: string;
  /** What it is about: a component, a table, a cron, a journey. */
  readonly subject: string;
  /** Business services that suffer. */
  readonly services: readonly string[];
  /** Facts that led to it, safe to show. */
  readonly evidence: Readonly<Record<string, string | number | boolean | null>>;
  /** What to do next, as a sentence. */
  readonly action: string;
}

/** One of the two answers: the verdict is the worst of its reasons, `healthy` when there are none. */
export interface HealthVerdict {
  readonly health: Health;
  readonly reasons: readonly HealthReason[];
}

/** Infrastructure health and business health are two answers (OBS-09); they may disagree. */
export interface EnvironmentHealth {
  readonly environment: string;
  readonly business: HealthVerdict;
  readonly infrastructure: HealthVerdict;
  readonly judgedAt: Temporal.Instant;
}

const order: readonly Health[] = ['healthy', 'degraded', 'unknown', 'unhealthy'];

/** The worst of several; no answers at all is unknown. Unknown outranks degraded: not seeing is worse than seeing slowness. */
export function worstHealth(answers: readonly Health[]): Health {
  if (answers.length === 0) return 'unknown';
  return answers.reduce((worst, answer) => (order.indexOf(answer) > order.indexOf(worst) ? answer : worst));
}

/** A verdict from its reasons. */
export function verdictFrom(reasons: readonly HealthReason[]): HealthVerdict {
  return { health: worstHealth(['healthy', ...reasons.map((reason) => reason.health)]), reasons };
}
