// A process that a test kills: `node doomed-repository.ts <write|collect> <repository directory> <key directory> <seed>`.
// A writer publishes backups of contents that come back again and again; a collector collects, without any grace.
import { readFile } from 'node:fs/promises';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { createDirectoryObjectStore } from '../src/adapters/object-store/directory-object-store.ts';
import { createBackupRepository } from '../src/adapters/repository/backup-repository.ts';
import { createFileKeyRing } from '../src/adapters/repository/file-key-ring.ts';
import { createRandom, createSecret, Fault } from '../src/core/kernel/index.ts';
import { exampleManifest } from '../src/ports/backup-manifest.fixture.ts';

const [role = '', directory = '', keyDirectory = '', seed = '1'] = process.argv.slice(2);
const { files } = createFileKeyRing(keyDirectory);
const random = createRandom(Number(seed));
const repository = createBackupRepository({
  name: 'doomed',
  store: createDirectoryObjectStore(directory),
  clock: systemClock,
  terms: { suspectSeconds: 2, renewSeconds: 0.3, watchSeconds: 1.5 },
  graceSeconds: 0,
  recipients: [await readFile(files.recipients, 'utf8')],
  identities: [createSecret('identity', await readFile(files.identity, 'utf8'))],
  signingKey: createSecret('signing key', await readFile(files.signingKey, 'utf8')),
});

/** Twelve contents in all, so that one backup's rubbish is the next one's content. */
const contentOf = (index: number): Uint8Array => new Uint8Array(Buffer.alloc(20_000, `content ${index} `));

async function backUp(number: number): Promise<void> {
  const claim = await repository.beginWriting('acme-prod', 'the only writer');
  try {
    const chosen = Array.from({ length: 4 }, () => random.integer(12));
    const pieces = [];
    for (const index of chosen) pieces.push((await repository.putPiece(contentOf(index))).piece);
    const [dump, index, ...filestore] = pieces;
    if (dump === undefined || index === undefined) return;
    const manifest = exampleManifest({
      id: `20261121T084512Z-logical-${process.pid.toString(36)}x${number}`,
      database: { method: 'logical', files: [{ path: 'toc.dat', bytes: dump.bytes, pieces: [dump] }] },
      filestore: { index: { path: 'index', bytes: index.bytes, pieces: [index] }, files: 2, bytes: 2, missing: [] },
      configuration: filestore.map((piece, at) => ({ path: `file-${at}`, bytes: piece.bytes, pieces: [piece] })),
    });
    await repository.publish(manifest, []);
    const { good } = await repository.list('acme-prod');
    for (const { manifest: old } of good.slice(0, -3)) await repository.withdraw('acme-prod', old.id);
  } finally {
    await claim.release();
  }
}

for (let number = 0; number < 10_000; number += 1) {
  try {
    if (role === 'write') await backUp(number);
    else await repository.collect({ dryRun: false });
  } catch (error) {
    // A clear "no", after which the next try comes: a backup under way, content that went missing before it was published,
    // and a lease that a starved process could not renew in time.
    const clear = ['BACKUP_UNDER_WAY', 'CONTENT_MISSING', 'DEADLINE_EXCEEDED'];
    if (!(error instanceof Fault) || !clear.includes(error.code)) throw error;
  }
  process.stdout.write('.');
  await new Promise((resolve) => setTimeout(resolve, random.integer(20)));
}
