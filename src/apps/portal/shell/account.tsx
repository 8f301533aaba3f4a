import { IconLogout } from '@tabler/icons-react';
import { signOut } from '../data/session.ts';
import type { Me } from '../view/resources.ts';

const kinds: Readonly<Record<Me['kind'], string>> = {
  user: '',
  token: 'API token',
  local: 'local session',
  fake: 'made-up estate',
};

/** Who one is, what one may do, and the way out. */
export function Account({ me }: { readonly me: Me }) {
  const leave = async () => {
    await signOut();
    window.location.assign('/sign-in');
  };
  return (
    <div className="account">
      <p>
        <b>{me.name}</b>
        <span>{[me.role, kinds[me.kind]].filter((word) => word !== '').join(', ')}</span>
      </p>
      {me.kind === 'user' && (
        <button type="button" onClick={() => void leave()} aria-label="Sign out" title="Sign out">
          <IconLogout size={17} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
