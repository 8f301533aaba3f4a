import { useMutation, useQuery } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api, troubleOf } from '../../data/api.ts';
import { me, queryClient } from '../../data/queries.ts';
import { Ago } from '../../parts/times.tsx';
import type { Recovery } from '../../view/resources.ts';

const renew = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey }) => ['recovery', 'backups', 'recovery-tasks'].includes(String(queryKey[0])),
  });

function words(error: unknown): string | undefined {
  if (error === null) return undefined;
  const { detail, remedy, code } = troubleOf(error);
  return `${detail} ${remedy} (${code})`;
}

/** A backup and a drill now, where one may. */
export function Actions({ recovery }: { readonly recovery: Recovery }) {
  const who = useQuery(me());
  const params = { name: recovery.environment };
  const backUp = useMutation({ mutationFn: () => api.call(routes.startBackup, { params }), onSettled: renew });
  const drill = useMutation({ mutationFn: () => api.call(routes.startDrill, { params, body: {} }), onSettled: renew });
  const may = (permission: 'backups:run' | 'drills:run') => who.data?.permissions.includes(permission) === true;
  const isAsked = recovery.drillRequestedAt !== null;
  return (
    <div className="recovery-actions">
      <div>
        {may('backups:run') && (
          <button
            type="button"
            className="button"
            disabled={backUp.isPending || recovery.isRunning}
            onClick={() => backUp.mutate()}
          >
            {recovery.isRunning ? 'Backing up …' : 'Back up now'}
          </button>
        )}
        {may('drills:run') && (
          <button
            type="button"
            className="button-main"
            disabled={drill.isPending || isAsked}
            onClick={() => drill.mutate()}
          >
            {isAsked ? 'Drill asked for …' : 'Drill now'}
          </button>
        )}
      </div>
      <p role="status" className="quiet">
        {words(backUp.error) ?? words(drill.error)}
        {recovery.drillRequestedAt !== null && (
          <>
            A drill was asked for <Ago at={recovery.drillRequestedAt} />; what it proved shows here when it has ended.
          </>
        )}
      </p>
    </div>
  );
}
