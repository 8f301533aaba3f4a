import { Fragment } from 'react';

/** A sentence of the server's, in which `backticks` mark what one types or declares. */
export function Words({ children }: { readonly children: string }) {
  const parts = children.split(/`([^`]+)`/);
  return parts.map((part, index) => {
    const key = `${index} ${part}`;
    return index % 2 === 1 ? <code key={key}>{part}</code> : <Fragment key={key}>{part}</Fragment>;
  });
}
