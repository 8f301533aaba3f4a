import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { me, recoveryTasks } from '../../data/queries.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import { Ago } from '../../parts/times.tsx';
import { cancelWords, progressWords, taskWords, workName } from '../../view/recovery.ts';
import type { BackupRun, RecoveryTask } from '../../view/resources.ts';

/** Asks before the work of minutes or hours is undone. */
function CancelDialog({ task, onClose }: { readonly task: RecoveryTask; readonly onClose: () => void }) {
  return (
    <AskFirst
      title={`Cancel this ${workName(task)}?`}
      words={{ act: 'Cancel it', acting: 'Cancelling …', leave: 'Let it run' }}
      act={() => api.call(routes.cancelRecoveryTask, { params: { id: task.id } })}
      changes={['recovery-tasks']}
      onClose={onClose}
    >
      {cancelWords[task.kind]}
    </AskFirst>
  );
}

function CancelButton({ task }: { readonly task: RecoveryTask }) {
  const who = useQuery(me());
  const [isAsking, ask] = useState(false);
  const may = who.data?.permissions.includes('backups:run') === true;
  if (!task.canCancel) {
    const { cancelAskedBy } = task;
    return (
      <p role="status" className="quiet">
        {cancelAskedBy === null ? 'It is put in place now, and finishes.' : `${cancelAskedBy.name} has cancelled it.`}
      </p>
    );
  }
  if (!may) return null;
  return (
    <>
      <button type="button" className="button" onClick={() => ask(true)}>
        Cancel <span className="visually-hidden">this {workName(task)}</span>
      </button>
      {isAsking && <CancelDialog task={task} onClose={() => ask(false)} />}
    </>
  );
}

/** A piece of recovery work that waits or runs: who asked, what it is doing, bytes, rate and time left; and a way to end it. */
function Running({ task }: { readonly task: RecoveryTask }) {
  const { kind, state, doneBytes, totalBytes, bytesPerSecond, secondsLeft, startedAt, requestedAt, requestedBy } = task;
  const name = workName(task);
  const ratio =
    doneBytes === null || totalBytes === null || totalBytes === 0 ? undefined : Math.min(1, doneBytes / totalBytes);
  return (
    <section className="running" aria-label={`${name.slice(0, 1).toUpperCase()}${name.slice(1)} under way`}>
      <p className="running-head">
        <b>{taskWords(task)}</b>
        <span className="quiet">
          {state === 'waiting' ? 'asked for ' : 'begun '}
          <Ago at={startedAt ?? requestedAt} /> by {requestedBy.name}
          {task.backup !== null && kind !== 'backup' && `, of ${task.backup}`}
        </span>
      </p>
      <progress
        className="running-bar"
        aria-label={`Bytes done of the ${name}`}
        {...(ratio === undefined ? {} : { value: ratio })}
        max={1}
      />
      <div className="running-foot">
        <p className="running-figures">
          {doneBytes !== null &&
            bytesPerSecond !== null &&
            progressWords({ doneBytes, totalBytes, bytesPerSecond, secondsLeft })}
        </p>
        <CancelButton task={task} />
      </div>
    </section>
  );
}

const underWayId = 'under-way';

/** Brings what runs into sight: whoever began it further down would not see that it does. */
export function showUnderWay(): void {
  document.getElementById(underWayId)?.scrollIntoView({ block: 'center' });
}

/** Everything that runs for an environment, whoever began it. */
export function UnderWay({ name }: { readonly name: string }) {
  const query = useQuery(recoveryTasks(name));
  return (
    <div id={underWayId}>
      {query.data?.items.map((task) => (
        <Running key={task.id} task={task} />
      ))}
    </div>
  );
}

/** So many environments are named; the rest is counted. */
const mostNamed = 5;

/** How much runs in the whole estate, and where. */
export function UnderWayCount() {
  const query = useQuery(recoveryTasks());
  const items = query.data?.items ?? [];
  if (items.length === 0) return null;
  const environments = [...new Set(items.map(({ environment }) => environment))].toSorted();
  return (
    <p className="under-way">
      <b>{items.length}</b> {items.length === 1 ? 'piece of recovery work is' : 'pieces of recovery work are'} under
      way:{' '}
      {environments.slice(0, mostNamed).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <Link to="/environments/$name/recovery" params={{ name }}>
            {name}
          </Link>
        </span>
      ))}
      {environments.length > mostNamed && ` and ${environments.length - mostNamed} more`}
    </p>
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
