import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { AskFirst } from '../../parts/ask-first.tsx';
import type { ApiToken } from '../../view/resources.ts';

/** Asks before a token stops working. */
export function RevokeToken({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  return (
    <AskFirst
      title={`Revoke ${token.name}?`}
      words={{ act: 'Revoke it', acting: 'Revoking …', leave: 'Keep it' }}
      act={() => api.call(routes.revokeToken, { params: { id: token.id } })}
      changes={['tokens']}
      onClose={onClose}
    >
      Whatever uses it is refused from this moment on. It cannot be undone; a new token can be created.
    </AskFirst>
  );
}
