import { useMutation } from '@tanstack/react-query';
import { SignInError, welcome } from '../../data/session.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { Door, Refusal } from './door.tsx';

const anotherLink = 'plimsoll access link';

/** A link works once: where to go with one that did. */
function Spent() {
  return (
    <Door title="This link is spent">
      <p>It was used already, it has expired, or it was withdrawn. Nothing was created.</p>
      <p>
        Do you have an account here? <a href="/sign-in">Sign in</a> with it. Otherwise somebody on the server’s machine
        makes a new link:
      </p>
      <p>
        <code>{anotherLink}</code> <CopyButton text={anotherLink} label="Copy the command" />
      </p>
    </Door>
  );
}

/** A new account, from a one-time link. */
export function WelcomeForm({ token, onDone }: { readonly token: string; readonly onDone: () => void }) {
  const create = useMutation({
    mutationFn: (form: FormData) =>
      welcome({
        token,
        name: String(form.get('name')).trim(),
        email: String(form.get('email')).trim(),
        password: String(form.get('password')),
      }),
    onSuccess: onDone,
  });
  if (create.error instanceof SignInError && create.error.code === 'LINK_SPENT') return <Spent />;
  return (
    <Door title="Welcome aboard">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(new FormData(event.currentTarget));
        }}
      >
        <p>You hold the one-time link of this server. Set up your account; the second factor comes next.</p>
        <label className="field">
          Name
          <input name="name" required maxLength={100} autoComplete="name" />
        </label>
        <label className="field">
          E-mail <span>You sign in with it</span>
          <input name="email" type="email" required maxLength={200} autoComplete="username" />
        </label>
        <label className="field">
          Password <span>12 characters or more</span>
          <input name="password" type="password" required minLength={12} maxLength={200} autoComplete="new-password" />
        </label>
        <Refusal error={create.error} />
        <div className="form-actions">
          <button type="submit" className="button-main" disabled={create.isPending}>
            {create.isPending ? 'Creating …' : 'Create my account'}
          </button>
        </div>
      </form>
    </Door>
  );
}
