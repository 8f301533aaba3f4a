import { type BackupManifest, estateDocumentsOf, integrationsProblem } from '../../core/recovery/index.ts';
import { type Check, checkFile } from './verify-check.ts';

const decode = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString('utf8');

/** The surroundings: every file of them, and that the list of integrations says what the estate's documents say. */
export async function checkConfiguration(check: Check, manifest: BackupManifest): Promise<void> {
  const isDocument = new Set(estateDocumentsOf(manifest));
  const documents: { readonly path: string; readonly text: string }[] = [];
  let isWhole = true;
  for (const file of manifest.configuration) {
    const chunks: Uint8Array[] = [];
    const keep = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of content) if (isDocument.has(file)) chunks.push(chunk);
    };
    isWhole = (await checkFile(check, 'configuration', file, keep)) && isWhole;
    if (isDocument.has(file)) documents.push({ path: file.path, text: decode(chunks) });
  }
  // Where a document cannot be read, that is said already; what it held is then unknown.
  if (manifest.integrations === undefined || !isWhole) return;
  const problem = integrationsProblem(manifest.integrations, documents, manifest.environment);
  if (problem === undefined) return;
  check.findings.found({ what: 'configuration', name: 'integrations', state: 'altered', detail: problem });
}
