// Copies a backup of a stanza, to be killed: `node doomed-copy.ts <what to copy as JSON>`. It says a line for each step.
import { writeSync } from 'node:fs';
import { createStanzaCopier } from '../../src/adapters/pgbackrest/apart.ts';
import { createSecret } from '../../src/core/kernel/index.ts';
import type { PhysicalDatabase } from '../../src/core/recovery/index.ts';

/** A copy of a backup between two directories of pgBackRest. */
export interface DoomedCopy {
  /** Where what is opened for the time of the copy lies. */
  readonly root: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly needs: readonly string[];
  readonly walStart: string;
}

/** What a copy reads of a manifest's database. */
const databaseOf = (label: string) => ({ stanza: 'acme', label }) as PhysicalDatabase;

export function runCopy(
  { root, from, to, label, needs, walStart }: DoomedCopy,
  more: { readonly signal?: AbortSignal; readonly report?: () => void } = {},
) {
  const copyStanza = createStanzaCopier({
    root,
    from: { place: { kind: 'directory', directory: from }, s3: undefined },
    to: { place: { kind: 'directory', directory: to }, s3: undefined },
    passphraseHere: async () => undefined,
  });
  return copyStanza({
    database: databaseOf(label),
    passphrase: createSecret('test', 'a passphrase of the test'),
    labels: [...needs, label],
    walStart,
    report: more.report ?? (() => {}),
    signal: more.signal,
  });
}

if (process.argv[1] === import.meta.filename) {
  const report = (): void => void writeSync(1, 'sent\n');
  await runCopy(JSON.parse(process.argv[2] ?? '') as DoomedCopy, { report });
}
