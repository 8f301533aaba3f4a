/** A size in bytes. */
export type Bytes = number;

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Writes bytes with a binary unit: `1.5 GiB`. */
export function formatBytes(bytes: Bytes): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toFixed(1))} ${units[unit]}`;
}
