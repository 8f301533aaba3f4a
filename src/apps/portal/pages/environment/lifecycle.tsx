import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { me, queryClient } from '../../data/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorState } from '../../parts/states.tsx';
import type { EnvironmentDetail, LifecycleState } from '../../view/resources.ts';

const states: readonly LifecycleState[] = ['requested', 'provisioned', 'active', 'suspended', 'retired'];

function ChangeForm({
  environment,
  onClose,
}: {
  readonly environment: EnvironmentDetail;
  readonly onClose: () => void;
}) {
  const change = useMutation({
    mutationFn: (body: { to: LifecycleState; reason: string }) =>
      api.call(routes.changeLifecycle, { params: { name: environment.name }, body }),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      onClose();
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const to = states.find((state) => state === data.get('to'));
        if (to !== undefined) change.mutate({ to, reason: String(data.get('reason')) });
      }}
    >
      <label className="field">
        New state of {environment.name}, now {environment.lifecycle}
        <select name="to" required>
          {states
            .filter((state) => state !== environment.lifecycle)
            .map((state) => (
              <option key={state}>{state}</option>
            ))}
        </select>
      </label>
      <label className="field">
        Reason <span>It stands in the ledger with your name.</span>
        <textarea name="reason" required maxLength={500} rows={3} />
      </label>
      {change.error !== null && <ErrorState error={change.error} />}
      <div className="form-actions">
        <button type="submit" className="button-main" disabled={change.isPending}>
          {change.isPending ? 'Changing …' : 'Change the state'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Leave it
        </button>
      </div>
    </form>
  );
}

/** The state of its life, and the change of it where one may. */
export function Lifecycle({ environment }: { readonly environment: EnvironmentDetail }) {
  const who = useQuery(me());
  const [isAsking, ask] = useState(false);
  const mayChange = who.data?.permissions.includes('lifecycle:change') === true;
  return (
    <div className="lifecycle">
      <ol aria-label="Lifecycle">
        {states.map((state) => (
          <li key={state} aria-current={state === environment.lifecycle ? 'step' : undefined}>
            {state}
          </li>
        ))}
      </ol>
      {mayChange && (
        <button type="button" className="button" onClick={() => ask(true)}>
          Change state
        </button>
      )}
      {isAsking && (
        <Dialog title="Change the lifecycle state" onClose={() => ask(false)}>
          <ChangeForm environment={environment} onClose={() => ask(false)} />
        </Dialog>
      )}
    </div>
  );
}
