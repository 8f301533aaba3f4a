import { checkKey } from '../object-store/key.ts';

// Where what lies. docs/reference/backup-repository.md describes it for people who open a repository by hand.

/** Says that this is a repository of ours, and of which format. */
export const formatKey = 'plimsoll-repository.json';
export const piecesPrefix = 'pieces/';
export const backupsPrefix = 'backups/';
export const writingPrefix = 'writing/';
export const collectingPrefix = 'collecting/';

export const pieceKey = (sha256: string): string => checkKey(`${piecesPrefix}${sha256.slice(0, 2)}/${sha256}`);

const isName = /^[0-9a-f]{64}$/;

/** The name of the piece under a key, `undefined` for what is no piece. */
export function pieceNameOf(key: string): string | undefined {
  const name = key.slice(piecesPrefix.length + 3);
  return isName.test(name) && key === pieceKey(name) ? name : undefined;
}

export const environmentPrefix = (environment: string): string => `${backupsPrefix}${checkPart(environment)}/`;
export const backupPrefix = (environment: string, id: string): string =>
  `${environmentPrefix(environment)}${checkPart(id)}/`;
export const claimPrefix = (environment: string): string => `${writingPrefix}${checkPart(environment)}/`;
export const manifestName = 'manifest.json';
/** The signature names the key and the text it is of: an unfinished publication never stands in the way of the next. */
export const signatureName = (keyId: string, manifestSha256: string): string =>
  `${keyId}-${manifestSha256.slice(0, 16)}.sig`;
export const pieceListName = (sha256: string): string => `pieces-${sha256.slice(0, 16)}.zst`;

/** Sorts by the instant it is of, to the microsecond. */
export const markName = (at: Temporal.Instant, sha256: string): string =>
  `mark-${at.toString({ smallestUnit: 'microsecond' }).replaceAll(/[-:]/g, '')}-${sha256.slice(0, 16)}.json`;
export const isMarkName = (name: string): boolean => /^mark-.+\.json$/.test(name);

/** One name between two slashes. */
function checkPart(part: string): string {
  // A slash would make two names of it: it becomes a character that no key may hold.
  return checkKey(part.replaceAll('/', '\0'));
}

/** Splits the key of anything that belongs to a backup. */
export function backupOf(key: string): { environment: string; id: string; name: string } | undefined {
  const [environment, id, name, ...more] = key.slice(backupsPrefix.length).split('/');
  if (environment === undefined || id === undefined || name === undefined || more.length > 0) return undefined;
  return { environment, id, name };
}
