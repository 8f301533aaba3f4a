import type { Fact } from './resources.ts';

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** A whole number with thin groups: `12 480`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-GB').replaceAll(',', '\u202f');
}

function formatBytes(value: number): string {
  const step = value < 1 ? 0 : Math.min(binary.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** step;
  return `${scaled < 10 && step > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${binary[step]}`;
}

/** Seconds at the scale of latencies: `38 ms`, `1.24 s`, `3.2 min`, `5.1 h`. */
export function formatSeconds(value: number): string {
  if (value === 0) return '0 s';
  if (Math.abs(value) < 1) return `${Number((value * 1_000).toPrecision(value < 0.01 ? 2 : 3))} ms`;
  if (value < 120) return `${Number(value.toPrecision(3))} s`;
  if (value < 7_200) return `${Number((value / 60).toPrecision(3))} min`;
  if (value < 172_800) return `${Number((value / 3_600).toPrecision(3))} h`;
  return `${Number((value / 86_400).toPrecision(3))} d`;
}

const percent = (value: number) => `${Number((value * 100).toPrecision(value < 0.995 ? 3 : 4))} %`;
const plain = (value: number) => (Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(3))));

/** A figure with its unit, as the metric's catalogue names units. An unknown unit is shown as it is written. */
export function formatFigure(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'unknown';
  switch (unit.toLowerCase()) {
    case 's':
    case 'seconds':
      return formatSeconds(value);
    case 'b':
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return percent(value);
    case '':
    case 'count':
    case '1':
      return plain(value);
    case 'boolean':
      return value === 0 ? 'no' : 'yes';
    case 'per-hour':
      return `${plain(value)} /h`;
    case 'per-second':
      return `${plain(value)} /s`;
    default:
      return `${plain(value)} ${unit.replaceAll('_', ' ')}`;
  }
}

/** A share that is usually near one: `99.72 %`; nothing measured is unknown. */
export function formatAvailability(ratio: number | null): string {
  if (ratio === null) return 'unknown';
  return ratio === 1 ? '100 %' : `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`;
}

/** `lockWaitUnhealthyAfterSeconds` and `open_findings` as words: `Lock wait unhealthy after`. The unit goes to the value. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A fact whose unit stands at the end of its name, as our names have it: `waitingSeconds: 42` → `Waiting: 42 s`. */
export function describeFact(name: string, value: Fact): { readonly label: string; readonly value: string } {
  const unit = /(Seconds|Bytes|Ratio|Count|_seconds|_bytes|_ratio)$/.exec(name)?.[1];
  if (typeof value === 'number' && unit !== undefined) {
    const label = wordsOf(name.slice(0, -unit.length));
    return { label, value: formatFigure(value, unit.replace('_', '').toLowerCase()) };
  }
  if (value === null) return { label: wordsOf(name), value: 'none' };
  if (typeof value === 'boolean') return { label: wordsOf(name), value: value ? 'yes' : 'no' };
  return { label: wordsOf(name), value: typeof value === 'number' ? plain(value) : value };
}
