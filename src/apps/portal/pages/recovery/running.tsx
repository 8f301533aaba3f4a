import { Ago } from '../../parts/times.tsx';
import { progressWords } from '../../view/recovery.ts';
import type { BackupRun } from '../../view/resources.ts';

const phases: Readonly<Record<string, string>> = {
  filestore: 'Copying files that the repository does not have',
  cluster: 'Copying the cluster',
  snapshot: 'Holding the snapshot',
  dump: 'Dumping the database',
  store: 'Sealing into the repository',
  log: 'Waiting for the log',
  publish: 'Signing the manifest',
  verify: 'Checking every piece',
};

/** A backup that is being taken: phase, bytes, rate and time left. */
export function Running({ run }: { readonly run: BackupRun }) {
  const { progress } = run;
  const ratio =
    progress === null || progress.totalBytes === null || progress.totalBytes === 0
      ? undefined
      : Math.min(1, progress.doneBytes / progress.totalBytes);
  return (
    <section className="running" aria-label="Backup under way">
      <p className="running-head">
        <b>{progress === null ? 'A backup begins' : (phases[progress.phase] ?? progress.phase)}</b>
        <span className="quiet">
          begun <Ago at={run.startedAt} />, to {run.repository}
        </span>
      </p>
      <progress
        className="running-bar"
        aria-label="Bytes done"
        {...(ratio === undefined ? {} : { value: ratio })}
        max={1}
      />
      {progress !== null && <p className="running-figures">{progressWords(progress)}</p>}
    </section>
  );
}

/** Why the last attempt failed, where it did. */
export function LastFailure({ run }: { readonly run: BackupRun }) {
  return (
    <p className="last-failure">
      The last backup failed <Ago at={run.finishedAt ?? run.startedAt} />: {run.reason}
    </p>
  );
}
