import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';

/** A question over the page: the browser's own dialog, so focus stays inside and Escape closes it. */
export function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    // Leaving the page takes it away; closing it here would be heard as an answer.
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={title} onClose={props.onClose}>
      <header>
        <h2 id={title}>{props.title}</h2>
        <button type="button" className="button-plain" aria-label="Close" onClick={() => dialog.current?.close()}>
          <IconX size={18} aria-hidden="true" />
        </button>
      </header>
      {props.children}
    </dialog>
  );
}
