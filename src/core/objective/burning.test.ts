import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instantAt } from '../recording/index.ts';
import { judgeObjective } from './judge.ts';
import { noon, plain, runs, secondsOf, sliOf, specWith } from './live.fixture.ts';
import { replay } from './replay.ts';
import type { Point } from './series.ts';
import type { ObjectiveSpec } from './spec.ts';
import type { ObjectiveVerdict } from './verdict.ts';

const monthly = 'objectives: [{ availability: 99.5%, window: 30d }]';
const days = (count: number): number => count * 24;
const ago = (hours: number): number => secondsOf(noon) - hours * 3_600;

const severities = ['page', 'ticket'] as const;

const burnsAs = (verdict: ObjectiveVerdict | undefined, severity: 'page' | 'ticket'): boolean =>
  verdict?.firing.some((each) => each.severity === severity) === true;

/** When a severity began, judged live at each point with nothing known of what came later. */
function beginnings(spec: ObjectiveSpec, points: readonly Point[]): readonly string[] {
  let last: ObjectiveVerdict | undefined;
  return points.flatMap(({ atSeconds }, index) => {
    const at = instantAt(atSeconds);
    const sli = sliOf(spec, { points: points.slice(0, index + 1), seen: undefined }, plain, at);
    const verdict = judgeObjective(sli, last, at);
    const begun = severities.filter((severity) => burnsAs(verdict, severity) && !burnsAs(last, severity));
    last = verdict;
    return begun.map((severity) => `${severity} ${at}`);
  });
}

describe('what burns', () => {
  test('live and replayed are one: severities begin when a replay says so, and are held as long', () => {
    const spec = specWith('objectives: [{ availability: 99.5%, window: 30d }]');
    const failures = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 100, maxLength: 250 });
    const agrees = fc.property(failures, (failed) => {
      const points = failed.map((each, index) => ({
        atSeconds: ago(30) + index * 300,
        good: 20 - (index % 60 < 20 ? each * 3 : 0),
        total: 20,
      }));
      const { pages } = replay(points, { ...spec, latencySeconds: undefined, exclusions: [] });
      const said = pages.map(({ severity, at }) => `${severity} ${at}`);
      const begun = beginnings(spec, points);
      // A replay holds by the rule that fired last, a verdict by each: live never tells more often, nor later.
      expect(said).toEqual(expect.arrayContaining([...begun]));
      for (const severity of severities) {
        const isIt = (text: string): boolean => text.startsWith(severity);
        expect(begun.find(isIt)).toBe(said.find(isIt));
      }
    });
    fc.assert(agrees, { numRuns: 15 });
  });

  test('a rule keeps the time since when it fires', () => {
    const spec = specWith(monthly);
    const recorded = runs(noon, days(3), (at) => at <= ago(2));
    const first = judgeObjective(sliOf(spec, recorded), undefined, noon);
    expect(first).toMatchObject({ state: 'breached' });
    expect(first.firing.map(({ severity, window }) => `${severity} ${window}`)).toContain('page 6h');
    const later = noon.add({ minutes: 5 });
    const more = { points: [...recorded.points, { atSeconds: secondsOf(later), good: 0, total: 1 }], seen: undefined };
    const second = judgeObjective(sliOf(spec, more, plain, later), first, later);
    expect(second.firing[0]).toMatchObject({ since: noon, lastTrueAt: later });
  });

  test('a batch that fails every three hours pages once, and its silence between is no end; a good one ends it', () => {
    const spec = specWith(monthly);
    const batches = (until: number, goodAt: number): readonly Point[] =>
      Array.from({ length: 9 }, (_, index) => ago(24 - 3 * index))
        .filter((at) => at <= until)
        .map((atSeconds) => ({ atSeconds, good: atSeconds >= goodAt ? 100 : 0, total: 100 }));
    const begun = (goodAt: number) => {
      let last: ObjectiveVerdict | undefined;
      let pages = 0;
      for (let at = ago(24); at <= ago(1); at += 300) {
        const now = instantAt(at);
        const verdict = judgeObjective(
          sliOf(spec, { points: batches(at, goodAt), seen: undefined }, plain, now),
          last,
          now,
        );
        if (burnsAs(verdict, 'page') && !burnsAs(last, 'page')) pages += 1;
        last = verdict;
      }
      return { pages, burns: burnsAs(last, 'page') };
    };
    expect(begun(ago(-1))).toEqual({ pages: 1, burns: true });
    expect(begun(ago(12))).toEqual({ pages: 1, burns: false });
  });
});
