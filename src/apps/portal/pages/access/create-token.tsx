import { useMutation } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { queryClient } from '../../data/queries.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorState } from '../../parts/states.tsx';

const roles = ['viewer', 'operator', 'auditor', 'administrator'] as const;
const day = 86_400;
const lengths = [
  { label: '1 day', seconds: day },
  { label: '30 days', seconds: 30 * day },
  { label: '90 days', seconds: 90 * day },
  { label: '1 year', seconds: 365 * day },
];

interface Draft {
  readonly name: string;
  readonly role: (typeof roles)[number];
  readonly expiresInSeconds: number;
}

function draftFrom(form: HTMLFormElement): Draft {
  const data = new FormData(form);
  return {
    name: String(data.get('name')).trim(),
    role: roles.find((role) => role === data.get('role')) ?? 'viewer',
    expiresInSeconds: Number(data.get('expires')),
  };
}

function Secret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div className="form">
      <p>
        <b>Copy it now.</b> It is shown this once; only its fingerprint is kept.
      </p>
      <p className="secret">
        <code>{secret}</code>
        <CopyButton text={secret} label="Copy the secret" />
      </p>
      <div className="form-actions">
        <button type="button" className="button-main" onClick={onClose}>
          I have copied it
        </button>
      </div>
    </div>
  );
}

/** Asks for a name, a role and an end, then shows the secret once. */
export function CreateToken({ onClose }: { readonly onClose: () => void }) {
  const create = useMutation({
    mutationFn: (body: Draft) => api.call(routes.createToken, { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
    // The secret must not outlive the dialog.
    gcTime: 0,
  });
  return (
    <Dialog
      title={create.data === undefined ? 'Create an API token' : `The secret of ${create.data.name}`}
      onClose={onClose}
    >
      {create.data !== undefined ? (
        <Secret secret={create.data.secret} onClose={onClose} />
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate(draftFrom(event.currentTarget));
          }}
        >
          <label className="field">
            Name <span>Who or what will use it</span>
            <input name="name" required maxLength={100} autoComplete="off" />
          </label>
          <label className="field">
            Role
            <select name="role">
              {roles.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
          </label>
          <label className="field">
            Ends after
            <select name="expires" defaultValue={90 * day}>
              {lengths.map((length) => (
                <option key={length.seconds} value={length.seconds}>
                  {length.label}
                </option>
              ))}
            </select>
          </label>
          {create.error !== null && <ErrorState error={create.error} />}
          <div className="form-actions">
            <button type="submit" className="button-main" disabled={create.isPending}>
              {create.isPending ? 'Creating …' : 'Create'}
            </button>
            <button type="button" className="button" onClick={onClose}>
              Cancel
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
