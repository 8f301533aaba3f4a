import { useMutation } from '@tanstack/react-query';
import { welcome } from '../../data/session.ts';
import { Refusal } from './door.tsx';

/** The first administrator of this server, from the one-time link. */
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
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(new FormData(event.currentTarget));
      }}
    >
      <p>You hold the one-time link of this server. Set up its first administrator; the second factor comes next.</p>
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
          {create.isPending ? 'Creating …' : 'Create the administrator'}
        </button>
      </div>
    </form>
  );
}
