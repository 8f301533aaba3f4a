import { SingleBar } from 'cli-progress';
import { formatDuration } from '../../core/kernel/index.ts';
import type { Output } from './output.ts';

/** One long step, shown while it runs. */
export interface StepDisplay {
  update(progress: { readonly ratio?: number | undefined; readonly detail: string }): void;
  done(): void;
  failed(): void;
}

export interface StepTitle {
  readonly title: string;
  readonly why: string;
  readonly expectedSeconds: number;
}

/** Shows long work on standard error: a bar on a terminal, plain lines elsewhere. */
export interface Progress {
  step(title: StepTitle): StepDisplay;
}

const elapsedSince = (startedAt: number): string => formatDuration((performance.now() - startedAt) / 1_000);

function plainStep(output: Output, { title, why }: StepTitle): StepDisplay {
  const startedAt = performance.now();
  let lastDetail = '';
  let lastAt = Number.NEGATIVE_INFINITY;
  output.note(`${title}: ${why}`);
  return {
    update: ({ ratio, detail }) => {
      // A line for every module would bury the rest: at most one in five seconds.
      const isDue = performance.now() - lastAt >= 5_000;
      if (detail === lastDetail || !isDue) return;
      lastDetail = detail;
      lastAt = performance.now();
      output.note(`  ${ratio === undefined ? '' : `${Math.round(ratio * 100)} % `}${detail}`);
    },
    done: () => output.note(`  done in ${elapsedSince(startedAt)}`),
    failed: () => output.note(`  failed after ${elapsedSince(startedAt)}`),
  };
}

/** Without an honest figure the bar follows the expected time, and never claims to be done before it is. */
function estimatedRatio(elapsedSeconds: number, expectedSeconds: number): number {
  return 1 - Math.exp((-2 * elapsedSeconds) / Math.max(1, expectedSeconds));
}

function barStep(output: Output, { title, expectedSeconds }: StepTitle): StepDisplay {
  const startedAt = performance.now();
  const bar = new SingleBar({
    format: '  {bar} {title} · {detail}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    autopadding: true,
  });
  bar.start(1_000, 0, { title, detail: '' });
  let ratio: number | undefined;
  const draw = (): void => {
    const elapsed = (performance.now() - startedAt) / 1_000;
    bar.update(Math.round(1_000 * Math.min(0.99, ratio ?? estimatedRatio(elapsed, expectedSeconds))));
  };
  const timer = setInterval(draw, 250);
  const end = (mark: string): void => {
    clearInterval(timer);
    bar.stop();
    output.note(`${mark} ${title} · ${elapsedSince(startedAt)}`);
  };
  return {
    update: (progress) => {
      ratio = progress.ratio ?? ratio;
      bar.update({ detail: progress.detail.slice(0, 60) });
      draw();
    },
    done: () => end(output.style('green', '✓')),
    failed: () => end(output.style('red', '✗')),
  };
}

/** Progress for this output. */
export function createProgress(output: Output): Progress {
  return { step: (title) => (output.isInteractive ? barStep(output, title) : plainStep(output, title)) };
}

/** A step that ended, and how long it took. */
export interface TimedStep {
  readonly title: string;
  readonly seconds: number;
}

/** Progress that remembers how long each finished step took. */
export interface TimedProgress extends Progress {
  finished(): readonly TimedStep[];
}

/** Adds a memory to a progress. */
export function createTimedProgress(progress: Progress): TimedProgress {
  const finished: TimedStep[] = [];
  return {
    step: (title) => {
      const startedAt = performance.now();
      const display = progress.step(title);
      const done = (): void => {
        finished.push({ title: title.title, seconds: Math.round((performance.now() - startedAt) / 100) / 10 });
        display.done();
      };
      return { ...display, done };
    },
    finished: () => finished,
  };
}
