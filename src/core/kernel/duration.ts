/** A length of time in seconds. Human forms such as `30d` exist only in parse and format. */
export type Seconds = number;

const secondsPerUnit: Readonly<Record<string, Seconds>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
};

const part = /(\d+(?:\.\d+)?)(ms|[smhdw])/gy;

/** Reads `90s`, `5m`, `1h30m`, `30d`; `undefined` for anything else, so that the edge can point at the place. */
export function parseDuration(text: string): Seconds | undefined {
  const compact = text.trim();
  if (compact === '') return undefined;
  part.lastIndex = 0;
  let total = 0;
  while (part.lastIndex < compact.length) {
    const match = part.exec(compact);
    if (match === null) return undefined;
    total += Number(match[1]) * (secondsPerUnit[match[2] ?? ''] ?? Number.NaN);
  }
  return total;
}

/** Writes seconds the way people say them: the two largest units that matter (`1h 30m`, `12d`, `850ms`). */
export function formatDuration(seconds: Seconds): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 1) return `${Math.round(seconds * 1_000)}ms`;
  if (seconds < 9.95 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)}s`;
  let rest = Math.round(seconds);
  const words: string[] = [];
  for (const unit of ['d', 'h', 'm', 's']) {
    const size = secondsPerUnit[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count}${unit}`);
  }
  return words.slice(0, 2).join(' ') || '0s';
}
