import { useMutation } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { LocalTime } from '../../parts/times.tsx';
import type { SignInLink } from '../../view/resources.ts';

const roles = ['viewer', 'operator', 'auditor', 'administrator'] as const;

function Made({ link, onClose }: { readonly link: SignInLink; readonly onClose: () => void }) {
  const address = `${window.location.origin}${link.path}`;
  return (
    <div className="form">
      <p>
        <b>Copy it now and hand it over yourself.</b> It is shown this once, works once, and ends{' '}
        <LocalTime at={link.expiresAt} />.
      </p>
      <p className="secret">
        <code>{address}</code>
        <CopyButton text={address} label="Copy the link" />
      </p>
      <div className="form-actions">
        <button type="button" className="button-main" onClick={onClose}>
          I have copied it
        </button>
      </div>
    </div>
  );
}

/** Asks for a role, then shows the one-time link of one more person. */
export function InvitePerson({ onClose }: { readonly onClose: () => void }) {
  const invite = useMutation({
    mutationFn: (role: (typeof roles)[number]) => api.call(routes.createSignInLink, { body: { role } }),
    // The link must not outlive the dialog.
    gcTime: 0,
  });
  return (
    <Dialog
      title={invite.data === undefined ? 'Invite a person' : `The link of one ${invite.data.role}`}
      onClose={onClose}
    >
      {invite.data !== undefined ? (
        <Made link={invite.data} onClose={onClose} />
      ) : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            const chosen = new FormData(event.currentTarget).get('role');
            invite.mutate(roles.find((role) => role === chosen) ?? 'viewer');
          }}
        >
          <label className="field">
            Role <span>What the person may do here</span>
            <select name="role">
              {roles.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
          </label>
          {invite.error !== null && <ErrorState error={invite.error} />}
          <div className="form-actions">
            <button type="submit" className="button-main" disabled={invite.isPending}>
              {invite.isPending ? 'Making the link …' : 'Make the link'}
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
