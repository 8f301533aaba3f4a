import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostLayout } from '../../core/compile/host/index.ts';
import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { PhysicalDatabase, PhysicalPlace } from '../../core/recovery/index.ts';
import type { CopyStanza } from '../../ports/backup-copies.ts';
import type { OpenArchive } from '../../ports/physical-backup.ts';
import { postgresBinaries } from '../host/places.ts';
import { answersSignals } from '../machine/answers-signals.ts';
import { copyStanza } from './copy.ts';
import { openPgbackrestArchive, type PgbackrestOptions } from './index.ts';
import { type ArchiveSecrets, makeRepositoryDirectory } from './set-up.ts';

const ownName = /^archive-(\d+)-(\d+)$/;
let opened = 0;

/** A directory below the root that this process alone uses. What killed processes left there is removed: it opens backups. */
async function makeOwn(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o755 });
  for (const name of await readdir(root)) {
    const pid = Number(ownName.exec(name)?.[1] ?? process.pid);
    if (!answersSignals(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
  opened += 1;
  const directory = join(root, `archive-${process.pid}-${opened}`);
  await mkdir(directory, { mode: 0o755 });
  return directory;
}

/** There is no cluster here: of the layout only the places of pgBackRest's own files count. */
const layoutIn = (runtimeDirectory: string): HostLayout => ({
  runtimeDirectory,
  softwareDirectory: '',
  launcherFile: '',
  postgresBinaries,
  ports: { postgres: 1, web: 0, gevent: 0 },
});

/**
 * Opens repositories of physical backups by their manifests alone. `root` is a place that PostgreSQL's user can reach, `s3`
 * the credentials of whoever asks: a manifest holds none.
 */
export function createArchiveOpener(options: {
  readonly root: string;
  readonly s3: ArchiveSecrets['s3'];
  /** Where it is now, where that may be another place than the one that the manifest was written for. */
  readonly placeOf?: ((database: PhysicalDatabase) => Promise<PhysicalPlace>) | undefined;
}): OpenArchive {
  return async ({ database, passphrase, directory }) => {
    const { stanza } = database;
    const place = (await options.placeOf?.(database)) ?? database.place;
    if (place.kind === 's3' && options.s3 === undefined) {
      throw new Fault('REPOSITORY_DENIED', `The bucket ${place.bucket} needs credentials, and none are declared here.`);
    }
    const own = directory ?? (await makeOwn(options.root));
    const close = async (): Promise<void> => {
      if (directory === undefined) await rm(own, { recursive: true, force: true });
    };
    try {
      await mkdir(own, { recursive: true });
      await chmod(own, 0o755);
      const archive = await openPgbackrestArchive({
        archive: { stanza, archiveTimeoutSeconds: 60, repository: place },
        secrets: { passphrase, s3: place.kind === 's3' ? options.s3 : undefined },
        layout: layoutIn(own),
      });
      return { ...archive, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** Where pgBackRest keeps its part of a repository, and the credentials for it. */
export interface StanzaPlace {
  readonly place: PhysicalPlace;
  readonly s3: ArchiveSecrets['s3'];
}

/** Copies stanzas between two places, which are opened for the time of a copy alone. */
export function createStanzaCopier(options: {
  readonly root: string;
  readonly from: StanzaPlace;
  readonly to: StanzaPlace;
  /** The passphrase as this machine has it, for a backup whose own cannot be read here. */
  readonly passphraseHere: (stanza: string) => Promise<Secret | undefined>;
}): CopyStanza {
  return async ({ database: { stanza, label }, passphrase: carried, ...request }) => {
    const directories: string[] = [];
    const passphrase = carried ?? (await options.passphraseHere(stanza));
    if (passphrase === undefined) {
      const message = `Copying ${label} needs what opens pgBackRest's repository: the identity of the repository, or the machine that backs up.`;
      throw new Fault('SECRET_UNRESOLVED', message);
    }
    const open = async ({ place, s3 }: StanzaPlace): Promise<PgbackrestOptions> => {
      const own = await makeOwn(options.root);
      directories.push(own);
      const archive = { stanza, archiveTimeoutSeconds: 60, repository: place };
      const opened = { archive, secrets: { passphrase, s3 }, layout: layoutIn(own) };
      await openPgbackrestArchive(opened);
      return opened;
    };
    try {
      const from = await open(options.from);
      const to = await open(options.to);
      await makeRepositoryDirectory(to.archive);
      return await copyStanza({ stanza, layout: from.layout }, { stanza, layout: to.layout }, request);
    } finally {
      for (const directory of directories) await rm(directory, { recursive: true, force: true });
    }
  };
}
