import { useMutation } from '@tanstack/react-query';
import { proveSecondFactor } from '../../data/session.ts';
import { Refusal } from './door.tsx';

/** Six digits of the app, or a backup code. */
export function CodeForm(props: { readonly onDone: () => void; readonly onBack?: () => void }) {
  const prove = useMutation({
    mutationFn: (form: FormData) => proveSecondFactor(String(form.get('code'))),
    onSuccess: props.onDone,
  });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        prove.mutate(new FormData(event.currentTarget));
      }}
    >
      <label className="field">
        Code{' '}
        <span>The six digits your authenticator app shows{props.onBack !== undefined && ', or a backup code'}</span>
        <input name="code" required autoComplete="one-time-code" maxLength={40} className="code-input" />
      </label>
      <Refusal error={prove.error} />
      <div className="form-actions">
        <button type="submit" className="button-main" disabled={prove.isPending}>
          {prove.isPending ? 'Proving …' : 'Prove it'}
        </button>
        {props.onBack !== undefined && (
          <button type="button" className="button" onClick={props.onBack}>
            Back
          </button>
        )}
      </div>
    </form>
  );
}
