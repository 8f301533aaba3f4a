import { Fault } from '../../core/kernel/index.ts';

/** How pgBackRest names what is damaged: `invalid checksum '15-1/…'`, `invalid result 15-1/…: [29] …`. */
const damaged = /(invalid (?:checksum|size|result)|file missing) '?([^\s':]+)/;

/** What an answer of `pgbackrest verify` says is damaged: it ends with exit code 0 either way. */
export function readVerification(lines: readonly string[]): readonly string[] {
  const named = lines.flatMap((line) => {
    const [, how, what] = damaged.exec(line) ?? [];
    return what === undefined ? [] : [`${what}: ${how}`];
  });
  const isWhole = !lines.some((line) => /^\s*status: error/.test(line));
  return named.length > 0 || isWhole ? named : ['The repository is damaged, and pgBackRest does not say where.'];
}

/**
 * What a verification that broke off has found. It reads the first segment of all before it looks at each, and ends with
 * a format or cipher error where that one is damaged.
 */
export function readBrokenVerification(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Fault)) return undefined;
  const formatErrors: readonly unknown[] = [29, 95];
  if (!formatErrors.includes(error.details['exitCode'])) return undefined;
  return [`the first archived segment, or a file of the repository's own: ${error.message}`];
}
