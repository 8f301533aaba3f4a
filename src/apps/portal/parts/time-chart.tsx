import { useEffect, useId, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatFigure } from '../view/figures.ts';
import type { ChartColumns } from '../view/series.ts';
import { wallTime } from '../view/zoned.ts';
import { type ChartMark, chartOptions, type Ink } from './chart-options.ts';
import './time-chart.css';

const tableRows = 24;

function readInk(element: HTMLElement): Ink {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: [colour('--blue'), colour('--ink'), colour('--ink-faint'), colour('--ochre'), colour('--ink-faint')],
    faint: colour('--ink-faint'),
    rule: colour('--rule-soft'),
    alarm: colour('--red'),
    ground: colour('--surface'),
    font: `12px ${style.getPropertyValue('--text')}`,
  };
}

/** Counts up when the theme changes, so that a canvas is drawn again in the new ink. */
function useThemeChanges(): number {
  const [changes, count] = useState(0);
  useEffect(() => {
    const bump = () => count((before) => before + 1);
    const observer = new MutationObserver(bump);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', bump);
    return () => {
      observer.disconnect();
      system.removeEventListener('change', bump);
    };
  }, []);
  return changes;
}

export interface TimeChartProps {
  /** What the chart shows, in a sentence with its figures: it is all that some readers get. */
  readonly summary: string;
  readonly columns: ChartColumns;
  readonly unit: string;
  readonly timezone: string;
  readonly height?: number;
  /** Cut-offs and the like, as upright lines. */
  readonly marks?: readonly ChartMark[];
  /** What the upright lines are, in the legend. */
  readonly markWord?: string;
  /** A limit, as a level line. */
  readonly limit?: number;
  /** How far the axis reaches beyond the newest point, in seconds. */
  readonly aheadSeconds?: number;
}

function ValuesTable({ columns, unit, timezone, summary }: TimeChartProps) {
  const every = Math.max(1, Math.ceil(columns.times.length / tableRows));
  const indexes = columns.times
    .map((_, index) => index)
    .filter((index) => (columns.times.length - 1 - index) % every === 0);
  const label = (time: number) => wallTime(Temporal.Instant.fromEpochMilliseconds(time * 1_000), timezone);
  return (
    <table className="table chart-table">
      <caption className="visually-hidden">{summary}</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          {columns.lines.map((line) => (
            <th key={line.name} scope="col" className="figure">
              {line.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {indexes.toReversed().map((index) => (
          <tr key={columns.times[index]}>
            <th scope="row">{label(columns.times[index] ?? 0)}</th>
            {columns.lines.map((line) => {
              const value = line.values[index];
              return (
                <td key={line.name} className="figure">
                  {value === null || value === undefined ? 'not measured' : formatFigure(value, unit)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lines over time on a canvas, with a legend, a sentence that says the same, and the values as a table on request. */
export function TimeChart(props: TimeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isTable, setTable] = useState(false);
  const themeChanges = useThemeChanges();
  const id = useId();
  const { columns, height = 210 } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new theme means new ink
  useEffect(() => {
    const element = place.current;
    if (element === null || isTable) return;
    const draw = () =>
      chartOptions({ ...props, height, width: Math.max(200, element.clientWidth), ink: readInk(element) });
    const chart = new uPlot(
      draw(),
      [columns.times, ...columns.lines.map((line) => line.values)] as uPlot.AlignedData,
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(200, element.clientWidth), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [columns, height, isTable, themeChanges, props.unit, props.limit, props.marks]);
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id} className="chart-summary">
        {props.summary}
      </figcaption>
      <div className="chart-bar">
        <ul className="chart-legend">
          {columns.lines.map((line, index) => (
            <li key={line.name} className={line.isAlarming === true ? 'chart-line-alarm' : `chart-line-${index % 5}`}>
              {line.name}
            </li>
          ))}
          {(props.marks?.length ?? 0) > 0 && <li className="chart-line-mark">{props.markWord ?? 'cut-off'}</li>}
          {props.limit !== undefined && (
            <li className="chart-line-limit">limit {formatFigure(props.limit, props.unit)}</li>
          )}
        </ul>
        <button type="button" className="button-plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? 'Show the chart' : 'Show as a table'}
        </button>
      </div>
      {isTable ? (
        <ValuesTable {...props} />
      ) : (
        <div ref={place} className="chart-canvas" style={{ height }} aria-hidden="true" />
      )}
    </figure>
  );
}
