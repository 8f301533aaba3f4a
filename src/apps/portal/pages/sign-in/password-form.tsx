import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { offersPasskeys, signInWithPasskey } from '../../data/passkey.ts';
import { signInWithPassword } from '../../data/session.ts';
import { Refusal } from './door.tsx';

/** E-mail and password, or a passkey instead of both. */
export function PasswordForm(props: { readonly onSignedIn: () => void; readonly onSecondFactor: () => void }) {
  const password = useMutation({
    mutationFn: (form: FormData) => signInWithPassword(String(form.get('email')), String(form.get('password'))),
    onSuccess: (next) => (next === 'second-factor' ? props.onSecondFactor() : props.onSignedIn()),
  });
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: props.onSignedIn });
  const isBusy = password.isPending || passkey.isPending;
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        password.mutate(new FormData(event.currentTarget));
      }}
    >
      <label className="field">
        E-mail
        <input name="email" type="email" required autoComplete="username webauthn" />
      </label>
      <label className="field">
        Password
        <input name="password" type="password" required autoComplete="current-password" />
      </label>
      <Refusal error={password.error ?? passkey.error} />
      <div className="form-actions">
        <button type="submit" className="button-main" disabled={isBusy}>
          {password.isPending ? 'Signing in …' : 'Sign in'}
        </button>
        {offersPasskeys() && (
          <button type="button" className="button" disabled={isBusy} onClick={() => passkey.mutate()}>
            <IconKey size={17} aria-hidden="true" /> Use a passkey
          </button>
        )}
      </div>
    </form>
  );
}
