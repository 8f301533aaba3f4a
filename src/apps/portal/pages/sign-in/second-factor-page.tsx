import { IconKey } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { enrolPasskey, offersPasskeys } from '../../data/passkey.ts';
import { beginEnrolment } from '../../data/session.ts';
import { Authenticator } from './authenticator.tsx';
import { Door, Refusal } from './door.tsx';

/** Enrols a second factor: an authenticator app, or a passkey. Until then nothing else is allowed. */
export function SecondFactorPage() {
  const begin = useMutation({ mutationFn: (password: string) => beginEnrolment(password), gcTime: 0 });
  const enter = () => window.location.assign('/');
  const passkey = useMutation({ mutationFn: enrolPasskey, onSuccess: enter });
  if (begin.data !== undefined) {
    return (
      <Door title="Scan and prove">
        <Authenticator enrolment={begin.data} onDone={enter} />
      </Door>
    );
  }
  return (
    <Door title="Your second factor">
      <p>A password alone opens nothing here. Add an authenticator app on your phone, or a passkey.</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate(String(new FormData(event.currentTarget).get('password')));
        }}
      >
        <label className="field">
          Password <span>Once more, to show that it is you</span>
          <input name="password" type="password" required autoComplete="current-password" />
        </label>
        <Refusal error={begin.error ?? passkey.error} />
        <div className="form-actions">
          <button type="submit" className="button-main" disabled={begin.isPending}>
            {begin.isPending ? 'Preparing …' : 'Use an authenticator app'}
          </button>
          {offersPasskeys() && (
            <button type="button" className="button" disabled={passkey.isPending} onClick={() => passkey.mutate()}>
              <IconKey size={17} aria-hidden="true" /> Use a passkey
            </button>
          )}
        </div>
      </form>
    </Door>
  );
}
