import { type QueryKey, useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queryClient } from '../data/queries.ts';
import { Dialog } from './dialog.tsx';
import { ErrorState } from './states.tsx';

/** Asks before something is done that cannot be taken back; once it is, what it changed is asked for anew. */
export function AskFirst(props: {
  readonly title: string;
  /** What it comes to, in a sentence or two. */
  readonly children: ReactNode;
  /** The words of the buttons: that it is done, while it is, and that it is not. */
  readonly words: { readonly act: string; readonly acting: string; readonly leave: string };
  readonly act: () => Promise<unknown>;
  readonly changes: QueryKey;
  readonly onClose: () => void;
}) {
  const { title, children, words, act, changes, onClose } = props;
  const acting = useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: changes });
      onClose();
    },
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{children}</p>
      {acting.error !== null && <ErrorState error={acting.error} />}
      <div className="form-actions">
        <button
          type="button"
          className="button button-danger"
          disabled={acting.isPending}
          onClick={() => acting.mutate()}
        >
          {acting.isPending ? words.acting : words.act}
        </button>
        <button type="button" className="button" onClick={onClose}>
          {words.leave}
        </button>
      </div>
    </Dialog>
  );
}
