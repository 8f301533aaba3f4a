import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { me, pruning, queryClient } from '../../data/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered, ErrorState, Skeleton } from '../../parts/states.tsx';
import { ZonedTime } from '../../parts/times.tsx';
import type { PrunePlan } from '../../view/resources.ts';

const countOf = (plans: readonly PrunePlan[]): number => plans.reduce((sum, { withdraw }) => sum + withdraw.length, 0);
const backupsIn = (count: number): string => `${count} ${count === 1 ? 'backup' : 'backups'}`;

function Place({ plan, timezone }: { readonly plan: PrunePlan; readonly timezone: string }) {
  const { repository, keep, withdraw, gone } = plan;
  return (
    <section className="prune-place">
      <h3>{repository}</h3>
      <p>
        {backupsIn(keep.length)} kept, {withdraw.length === 0 ? 'none' : withdraw.length} withdrawn
        {gone.length > 0 && `, ${gone.length} gone that somebody else deleted`}.
      </p>
      {withdraw.length > 0 && (
        <ul>
          {withdraw.map(({ id, at, reason }) => (
            <li key={id}>
              <ZonedTime at={at} timezone={timezone} /> <code>{id}</code> <span className="quiet">{reason}</span>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>What is kept, and why</summary>
        <ul>
          {keep.map(({ id, at, reasons }) => (
            <li key={id}>
              <ZonedTime at={at} timezone={timezone} /> <code>{id}</code>{' '}
              <span className="quiet">{reasons.join(', ')}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Withdraw(props: { readonly name: string; readonly count: number; readonly onDone: () => void }) {
  const { name, count } = props;
  const [typed, type] = useState('');
  const prune = useMutation({
    mutationFn: () => api.call(routes.startPruning, { params: { name }, body: { confirm: typed } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['recovery-tasks'] });
      props.onDone();
    },
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === name) prune.mutate();
      }}
    >
      <label className="field">
        Type {name} to withdraw {backupsIn(count)} for good
        <input
          type="text"
          required
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => type(target.value)}
        />
      </label>
      {prune.error !== null && <ErrorState error={prune.error} />}
      <div className="form-actions">
        <button type="submit" className="button button-danger" disabled={typed !== name || prune.isPending}>
          Withdraw {backupsIn(count)}
        </button>
      </div>
    </form>
  );
}

function RetentionDialog(props: {
  readonly name: string;
  readonly timezone: string;
  readonly mayPrune: boolean;
  readonly onClose: () => void;
}) {
  const query = useQuery(pruning(props.name));
  return (
    <Dialog title={`Retention of ${props.name}`} onClose={props.onClose}>
      <Answered query={query} waiting={<Skeleton lines={5} />}>
        {({ items }) => (
          <>
            {items.map((plan) => (
              <Place key={plan.repository} plan={plan} timezone={props.timezone} />
            ))}
            {props.mayPrune && countOf(items) > 0 && (
              <Withdraw name={props.name} count={countOf(items)} onDone={props.onClose} />
            )}
          </>
        )}
      </Answered>
    </Dialog>
  );
}

/** What retention would take away, before it does; and the taking, where one may. */
export function Retention({ name, timezone }: { readonly name: string; readonly timezone: string }) {
  const who = useQuery(me());
  const [isOpen, open] = useState(false);
  const mayPrune = who.data?.permissions.includes('backups:prune') === true;
  return (
    <Section title="Retention">
      <p className="quiet">The controller withdraws once a day what no rule keeps.</p>
      <button type="button" className="button retention-look" onClick={() => open(true)}>
        See what would be withdrawn…
      </button>
      {isOpen && <RetentionDialog name={name} timezone={timezone} mayPrune={mayPrune} onClose={() => open(false)} />}
    </Section>
  );
}
