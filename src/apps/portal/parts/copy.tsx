import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';

/** Copies a text and says so. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button
      type="button"
      className="button-plain"
      onClick={copy}
      aria-label={isCopied ? 'Copied' : label}
      title={label}
    >
      {isCopied ? <IconCheck size={15} aria-hidden="true" /> : <IconCopy size={15} aria-hidden="true" />}
    </button>
  );
}

/** A hash short enough to read, whole on copying. */
export function Hash({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <span className="hash">
      <code title={value}>{value.slice(0, 10)}</code>
      <CopyButton text={value} label={`Copy the ${name}`} />
    </span>
  );
}
