import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { queryClient, restorePlan } from '../../data/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { type Agreement, agreementsOf, type RestoreFrom, type RestoreMode, usualTarget } from '../../view/restore.ts';
import { CloneFields, type CloneWish, usualClone } from './clone-fields.tsx';
import { RestorePlan } from './restore-plan.tsx';

const titles: Readonly<Record<RestoreMode, (name: string) => string>> = {
  new: () => 'Restore to a new environment',
  clone: (name) => `Clone ${name}`,
  'in-place': (name) => `Restore ${name} in place`,
};
const verbs: Readonly<Record<RestoreMode, (name: string) => string>> = {
  new: () => 'Restore',
  clone: () => 'Make the clone',
  'in-place': (name) => `Replace ${name}`,
};

const renew = () =>
  queryClient.invalidateQueries({
    predicate: ({ queryKey }) => ['recovery-tasks', 'clones', 'recovery'].includes(String(queryKey[0])),
  });

function Agreements(props: {
  readonly asked: readonly Agreement[];
  readonly agreed: ReadonlySet<string>;
  readonly onChange: (agreed: ReadonlySet<string>) => void;
}) {
  const { asked, agreed } = props;
  return asked.map(({ kind, words }) => (
    <label key={kind} className="restore-agreement">
      <input
        type="checkbox"
        checked={agreed.has(words)}
        onChange={({ target }) => {
          const others = [...agreed].filter((each) => each !== words);
          props.onChange(new Set(target.checked ? [...others, words] : others));
        }}
      />
      {words}
    </label>
  ));
}

function NameField(props: {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onSettled?: () => void;
}) {
  return (
    <label className="field">
      {props.label}
      <input
        type="text"
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        value={props.value}
        onChange={({ target }) => props.onChange(target.value)}
        onBlur={props.onSettled}
      />
    </label>
  );
}

function Doing(props: {
  readonly mode: RestoreMode;
  readonly environment: string;
  readonly isBegun: boolean;
  readonly canBegin: boolean;
  readonly onLeave: () => void;
}) {
  const { mode, environment, isBegun, canBegin, onLeave } = props;
  return (
    <div className="form-actions">
      <button
        type="submit"
        className={mode === 'in-place' ? 'button button-danger' : 'button-main'}
        disabled={!canBegin}
      >
        {isBegun ? 'Asking …' : verbs[mode](environment)}
      </button>
      <button type="button" className="button" onClick={onLeave}>
        Leave it
      </button>
    </div>
  );
}

/** Asks the server for what was planned; each answers the task's id at once. */
function begin(
  environment: string,
  mode: RestoreMode,
  body: { readonly target: string; readonly clone: CloneWish } & object,
) {
  const params = { name: environment };
  const { target, clone, ...common } = body;
  if (mode === 'new') return api.call(routes.startRestore, { params, body: { ...common, target } });
  if (mode === 'clone') return api.call(routes.makeClone, { params, body: { ...common, ...clone, target } });
  return api.call(routes.startRestoreInPlace, { params, body: { ...common, confirm: target } });
}

/** What is looked at: the agreements are asked for by the answer, and not part of it. */
function wishOf(mode: RestoreMode, from: RestoreFrom, asked: { readonly target: string; readonly clone: CloneWish }) {
  const { target, clone } = asked;
  if (mode === 'in-place') return { mode, ...from };
  return mode === 'clone' ? { mode, ...from, target, ...clone } : { mode, ...from, target };
}

/** What would happen, what has to be agreed to, and then the doing of it: beside the running one, or in its place. */
export function RestoreDialog(props: {
  readonly environment: string;
  readonly mode: RestoreMode;
  readonly from: RestoreFrom;
  readonly timezone: string;
  readonly onClose: () => void;
  /** Given the task that was begun. */
  readonly onBegun: (id: string) => void;
}) {
  const { environment, mode, from } = props;
  const isInPlace = mode === 'in-place';
  const [name, setName] = useState(mode === 'in-place' ? '' : usualTarget[mode](environment));
  const [lookedFor, lookFor] = useState(name);
  const [clone, setClone] = useState<CloneWish>(usualClone);
  const [agreed, agree] = useState<ReadonlySet<string>>(new Set());
  const wish = wishOf(mode, from, { target: lookedFor, clone });
  const plan = useQuery({ ...restorePlan(environment, wish), placeholderData: keepPreviousData });
  const asked = plan.data === undefined ? [] : agreementsOf(plan.data);
  const start = useMutation({
    mutationFn: () => {
      const body = Object.assign({}, ...asked.map((each) => each.body)) as object;
      return begin(environment, mode, { ...from, ...body, target: name, clone });
    },
    onSuccess: async ({ id }) => {
      await renew();
      props.onBegun(id);
    },
  });
  const isAgreed = asked.every(({ words }) => agreed.has(words));
  const isTyped = isInPlace ? name === environment : name !== '';
  const canBegin = plan.data?.plan != null && !plan.isPlaceholderData && isAgreed && isTyped && !start.isPending;
  return (
    <Dialog title={titles[mode](environment)} onClose={props.onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (canBegin) start.mutate();
        }}
      >
        {!isInPlace && (
          <NameField
            label="Name of the new environment"
            value={name}
            onChange={setName}
            onSettled={() => lookFor(name)}
          />
        )}
        {mode === 'clone' && <CloneFields wish={clone} onChange={setClone} />}
        <RestorePlan query={plan} timezone={props.timezone} />
        <Agreements asked={asked} agreed={agreed} onChange={agree} />
        {isInPlace && (
          <NameField
            label={
              <>
                Type {environment} to replace it{' '}
                <span>Everybody who works in it is thrown out until it serves again.</span>
              </>
            }
            value={name}
            onChange={setName}
          />
        )}
        {start.error !== null && <ErrorState error={start.error} />}
        <Doing
          mode={mode}
          environment={environment}
          isBegun={start.isPending}
          canBegin={canBegin}
          onLeave={props.onClose}
        />
      </form>
    </Dialog>
  );
}
