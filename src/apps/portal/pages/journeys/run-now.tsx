import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api, troubleOf } from '../../data/api.ts';
import { me, queryClient } from '../../data/queries.ts';
import { formatSeconds } from '../../view/figures.ts';

/** Runs the chosen journey at once, where one may. */
export function RunNow(props: { readonly environment: string | undefined; readonly journey: string | undefined }) {
  const who = useQuery(me());
  const run = useMutation({
    mutationFn: (place: { name: string; journey: string }) => api.call(routes.runJourney, { params: place }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['journeys'] }),
  });
  if (who.data?.permissions.includes('journeys:run') !== true) return null;
  const { environment, journey } = props;
  if (environment === undefined || journey === undefined) {
    return <p className="quiet">Choose an environment and a journey to run it now.</p>;
  }
  return (
    <div className="run-now">
      <button
        type="button"
        className="button-main"
        disabled={run.isPending}
        onClick={() => run.mutate({ name: environment, journey })}
      >
        <IconPlayerPlay size={16} aria-hidden="true" />
        {run.isPending ? 'Running …' : `Run ${journey} now`}
      </button>
      <p role="status" className="quiet">
        {run.data !== undefined && `${run.data.outcome} in ${formatSeconds(run.data.durationSeconds)}`}
        {run.error !== null && `${troubleOf(run.error).detail} (${troubleOf(run.error).code})`}
      </p>
    </div>
  );
}
