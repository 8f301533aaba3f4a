import type { CollectorReport, Health, HealthVerdict } from '../../core/observe/index.ts';
import type { Output } from './output.ts';

// A mark beside the word and the colour: health is never told by colour alone.
const marks: Readonly<Record<Health, { readonly mark: string; readonly style: 'green' | 'yellow' | 'red' | 'gray' }>> =
  {
    healthy: { mark: '●', style: 'green' },
    degraded: { mark: '◐', style: 'yellow' },
    unhealthy: { mark: '✖', style: 'red' },
    unknown: { mark: '?', style: 'gray' },
  };

/** A verdict as a word with its mark, padded. */
export function healthWord(health: Health, output: Output, width = 0): string {
  const { mark, style } = marks[health];
  return output.style(style, `${mark} ${health}`.padEnd(width));
}

/** Prints a verdict and its reasons. */
export function printVerdict(title: string, verdict: HealthVerdict, output: Output): void {
  output.line(`${title.padEnd(15)} ${healthWord(verdict.health, output)}`);
  for (const reason of verdict.reasons) {
    output.line(`  ${healthWord(reason.health, output, 12)} ${reason.code}: ${reason.summary}`);
    if (reason.services.length > 0) output.line(`${' '.repeat(15)}suffering: ${reason.services.join(', ')}`);
    output.line(`${' '.repeat(15)}${output.style('dim', reason.action)}`);
  }
}

/** Prints how each collector fared, what is not observed included. */
export function printCollectors(collectors: readonly CollectorReport[], output: Output): void {
  for (const { collector, outcome, durationSeconds, detail } of collectors) {
    const word = outcome === 'absent' ? 'not observed' : outcome;
    const took = outcome === 'absent' ? '' : ` in ${Math.round(durationSeconds * 1_000)} ms`;
    output.line(`  ${collector.padEnd(12)} ${word}${took}${detail === null ? '' : `: ${detail}`}`);
  }
}
