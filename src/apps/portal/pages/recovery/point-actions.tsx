import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { routes } from '../../../contract/index.ts';
import { api, troubleOf } from '../../data/api.ts';
import { allRecoveryTasks, me, queryClient } from '../../data/queries.ts';
import { endedWork } from '../../view/recovery.ts';
import type { RestoreFrom, RestoreMode } from '../../view/restore.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { showUnderWay } from './running.tsx';

const begunWords: Readonly<Record<RestoreMode, string>> = {
  new: 'It is being restored; how far it is stands above, and it is listed below as soon as it is asked for.',
  clone: 'The clone is being made; how far it is stands above, and it is listed below as soon as it is asked for.',
  'in-place': 'It is being replaced; how far it is stands above.',
};

/** What can be done with the chosen point, where one may. */
export function PointActions(props: {
  readonly environment: string;
  readonly from: RestoreFrom;
  readonly timezone: string;
}) {
  const { environment, from, timezone } = props;
  const who = useQuery(me());
  const [mode, open] = useState<RestoreMode>();
  const [begun, setBegun] = useState<{ readonly mode: RestoreMode; readonly id: string }>();
  const tasks = useQuery(allRecoveryTasks(environment));
  // Once it has ended, what it came to stands where it was seen running.
  const isBegun = begun !== undefined && !endedWork(tasks.data?.items ?? []).some(({ task }) => task.id === begun.id);
  const verify = useMutation({
    mutationFn: () =>
      api.call(routes.startVerification, { params: { name: environment }, body: { backup: from.backup } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['recovery-tasks'] }),
  });
  const may = (permission: 'backups:run' | 'environments:act' | 'environments:restore') =>
    who.data?.permissions.includes(permission) === true;
  const trouble = verify.error === null ? undefined : troubleOf(verify.error);
  return (
    <div className="point-actions">
      <div>
        {may('environments:act') && (
          <>
            <button type="button" className="button-main" onClick={() => open('new')}>
              Restore to a new environment…
            </button>
            <button type="button" className="button" onClick={() => open('clone')}>
              Clone…
            </button>
          </>
        )}
        {may('environments:restore') && (
          <button type="button" className="button button-danger" onClick={() => open('in-place')}>
            Restore in place…
          </button>
        )}
        {may('backups:run') && (
          <button type="button" className="button" disabled={verify.isPending} onClick={() => verify.mutate()}>
            Verify this backup
          </button>
        )}
      </div>
      <p role="status" className="quiet">
        {trouble !== undefined && `${trouble.detail} ${trouble.remedy} (${trouble.code})`}
        {verify.isSuccess && 'Every piece of it is being read and proved; how far it is stands above.'}
        {!verify.isSuccess && isBegun && begunWords[begun.mode]}
      </p>
      {mode !== undefined && (
        <RestoreDialog
          environment={environment}
          mode={mode}
          from={from}
          timezone={timezone}
          onClose={() => open(undefined)}
          onBegun={(id) => {
            verify.reset();
            setBegun({ mode, id });
            open(undefined);
            showUnderWay();
          }}
        />
      )}
    </div>
  );
}
