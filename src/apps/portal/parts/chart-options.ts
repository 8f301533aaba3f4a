import type uPlot from 'uplot';
import { formatFigure } from '../view/figures.ts';
import type { ChartColumns } from '../view/series.ts';
import { wallTime } from '../view/zoned.ts';

export interface ChartMark {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly name: string;
  /** Written at the head of its line, where a list beside the chart says what it was. */
  readonly sign?: string;
}

/** The theme's colours, read from the page: a canvas knows no custom properties. */
export interface Ink {
  readonly line: readonly string[];
  readonly faint: string;
  readonly rule: string;
  readonly alarm: string;
  readonly ground: string;
  readonly font: string;
}

interface Wanted {
  readonly columns: ChartColumns;
  readonly unit: string;
  readonly timezone: string;
  readonly width: number;
  readonly height: number;
  readonly ink: Ink;
  readonly marks?: readonly ChartMark[];
  readonly limit?: number;
  readonly aheadSeconds?: number;
}

const leastSpanSeconds = 3_600;

const dashes = [[], [], [], [6, 4], [2, 3]];

/** A number at the head of a line; two lines at one place show the later one's. */
function drawSign(
  ctx: CanvasRenderingContext2D,
  sign: string,
  at: { readonly x: number; readonly y: number },
  ink: Ink,
): void {
  const radius = 9 * devicePixelRatio;
  ctx.font = `${12 * devicePixelRatio}px ${ink.font.split(' ').slice(1).join(' ')}`;
  ctx.beginPath();
  ctx.arc(at.x, at.y + radius, radius, 0, 2 * Math.PI);
  ctx.fillStyle = ink.line[1] ?? ink.faint;
  ctx.fill();
  ctx.fillStyle = ink.ground;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText(sign, at.x, at.y + radius);
}

function drawMarks(wanted: Wanted): (chart: uPlot) => void {
  return (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.font = wanted.ink.font;
    for (const mark of wanted.marks ?? []) {
      const x = chart.valToPos(mark.at, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = wanted.ink.faint;
      ctx.fillStyle = wanted.ink.faint;
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      if (mark.sign !== undefined) drawSign(ctx, mark.sign, { x, y: bbox.top }, wanted.ink);
    }
    if (wanted.limit !== undefined) {
      const y = chart.valToPos(wanted.limit, 'y', true);
      ctx.strokeStyle = wanted.ink.alarm;
      ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  };
}

/** The chart as uPlot wants it: times in the site's zone, values with their unit, holes left open. */
export function chartOptions(wanted: Wanted): uPlot.Options {
  const { ink, unit } = wanted;
  const clock = (time: number) => wallTime(Temporal.Instant.fromEpochMilliseconds(time * 1_000), wanted.timezone);
  const axis = { stroke: ink.faint, font: ink.font, grid: { stroke: ink.rule, width: 1 }, ticks: { show: false } };
  const last = wanted.columns.times.at(-1) ?? 0;
  // A young series would stretch its one point over days.
  const first = Math.min(wanted.columns.times[0] ?? last, last - leastSpanSeconds);
  return {
    width: wanted.width,
    height: wanted.height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false } },
    padding: [8, 4, 0, 0],
    scales: {
      x: { range: () => [first, last + (wanted.aheadSeconds ?? 0)] },
      y: {
        range: (_chart, _from, to) => [
          0,
          Math.max((to ?? 0) * 1.08, (wanted.limit ?? 0) * 1.08, unit === 'count' ? 4 : 1e-3),
        ],
      },
    },
    axes: [
      { ...axis, size: 28, space: 70, values: (_chart, times) => times.map(clock) },
      { ...axis, size: 66, space: 38, values: (_chart, values) => values.map((value) => formatFigure(value, unit)) },
    ],
    series: [
      {},
      ...wanted.columns.lines.map((line, index) => ({
        stroke: line.isAlarming === true ? ink.alarm : (ink.line[index % ink.line.length] ?? ink.faint),
        width: index === 0 ? 2 : 1.5,
        dash: dashes[index % dashes.length] ?? [],
        spanGaps: false,
        points: { show: false },
      })),
    ],
    hooks: { draw: [drawMarks(wanted)] },
  };
}
