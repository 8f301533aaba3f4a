import { Fault } from '../../core/kernel/index.ts';

const longestKey = 512;
const segment = /^[A-Za-z0-9._-]+$/;

/** Refuses a key that could lead out of its place: absolute, `..`, hidden names, or any character a path could misread. */
export function checkKey(key: string): string {
  const isSafe =
    key.length <= longestKey && key.split('/').every((part) => segment.test(part) && !part.startsWith('.'));
  if (!isSafe) throw new Fault('REQUEST_INVALID', `${JSON.stringify(key)} cannot be the key of a stored object.`);
  return key;
}

/** As `checkKey`, for the beginning of keys: empty, or ending in `/`, or the beginning of a last name. */
export function checkPrefix(prefix: string): string {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}
