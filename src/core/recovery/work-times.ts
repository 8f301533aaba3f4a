import { clockToleranceSeconds, formatDuration, type Seconds } from '../kernel/index.ts';
import type { DrillCheck } from './drill.ts';

/** When something was done, of which a clock may have been set meanwhile. */
export interface WorkTimes {
  readonly startedAt: Temporal.Instant;
  readonly finishedAt: Temporal.Instant;
  /** The latest that it can have begun: nothing that was lost is reckoned less by a clock that was behind. */
  readonly latestStart: Temporal.Instant;
  /** What the clock was set by meanwhile; below zero where back. */
  readonly setBySeconds: Seconds;
}

/**
 * Which times count, of a beginning and an end by a clock that goes on evenly and the end by the clock as it stands: the earlier,
 * so that what was shown counts until it should at the latest. Between them lies what passed, whatever the clock said.
 */
export function workTimes(began: Temporal.Instant, ended: Temporal.Instant, endedByClock: Temporal.Instant): WorkTimes {
  const lasted = ended.since(began);
  const setBySeconds = endedByClock.since(ended).total('seconds');
  const finishedAt = setBySeconds < 0 ? endedByClock : ended;
  const latest = setBySeconds > 0 ? endedByClock : ended;
  return { startedAt: finishedAt.subtract(lasted), finishedAt, latestStart: latest.subtract(lasted), setBySeconds };
}

/** Nothing where the clock stood as it should; a reservation where its figures go by a clock that was wrong at one end. */
export function clockCheck({ setBySeconds }: WorkTimes): readonly DrillCheck[] {
  if (Math.abs(setBySeconds) <= clockToleranceSeconds) return [];
  const way = setBySeconds < 0 ? 'back' : 'forward';
  const by = formatDuration(Math.abs(Math.round(setBySeconds)));
  const detail = `the clock of this machine was set ${way} by ${by} meanwhile: the RPO achieved goes by the later time, and the proof expires by the earlier`;
  return [{ name: 'clock.steady', outcome: 'warning', detail, evidence: [] }];
}
