import { Fault } from '../../core/kernel/index.ts';
import {
  type BackupManifest,
  type DrillCheck,
  estateDocumentsOf,
  integrationsProblem,
} from '../../core/recovery/index.ts';
import type { BackupRepository } from '../../ports/backup-repository.ts';
import { readStored } from './read-content.ts';

type Documents = readonly { readonly path: string; readonly text: string }[];

async function readDocuments(
  repository: Pick<BackupRepository, 'readPiece'>,
  manifest: BackupManifest,
  signal: AbortSignal | undefined,
): Promise<Documents> {
  const documents = [];
  for (const file of estateDocumentsOf(manifest)) {
    const chunks = await Array.fromAsync(readStored(repository, file, signal));
    documents.push({ path: file.path, text: Buffer.concat(chunks).toString('utf8') });
  }
  return documents;
}

/**
 * Whether the backup's list of integrations says what the estate's documents in it say. The copy serves without either, so
 * that what is wrong here is a warning. Nothing for a backup that has no list.
 */
export async function examineIntegrations(
  repository: Pick<BackupRepository, 'readPiece'>,
  manifest: BackupManifest,
  signal?: AbortSignal,
): Promise<readonly DrillCheck[]> {
  const { integrations, environment } = manifest;
  if (integrations === undefined) return [];
  const read = await readDocuments(repository, manifest, signal).catch((error: unknown) => {
    if (error instanceof Fault && signal?.aborted !== true) return error;
    throw error;
  });
  const problem =
    read instanceof Fault
      ? `The estate's documents cannot be read: ${read.message}`
      : integrationsProblem(integrations, read, environment);
  const good = `${integrations.length} named, as in the estate's documents`;
  return [
    {
      name: 'configuration.integrations',
      outcome: problem === undefined ? 'passed' : 'warning',
      detail: problem ?? good,
      evidence: [],
    },
  ];
}
