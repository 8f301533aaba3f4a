import { useMutation } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { queryClient } from '../../data/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ErrorState } from '../../parts/states.tsx';
import type { ApiToken } from '../../view/resources.ts';

/** Asks before a token stops working. */
export function RevokeToken({ token, onClose }: { readonly token: ApiToken; readonly onClose: () => void }) {
  const revoke = useMutation({
    mutationFn: () => api.call(routes.revokeToken, { params: { id: token.id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['tokens'] });
      onClose();
    },
  });
  return (
    <Dialog title={`Revoke ${token.name}?`} onClose={onClose}>
      <p>Whatever uses it is refused from this moment on. It cannot be undone; a new token can be created.</p>
      {revoke.error !== null && <ErrorState error={revoke.error} />}
      <div className="form-actions">
        <button
          type="button"
          className="button button-danger"
          disabled={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          {revoke.isPending ? 'Revoking …' : 'Revoke it'}
        </button>
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
