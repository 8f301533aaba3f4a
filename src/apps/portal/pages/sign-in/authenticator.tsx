import { create } from 'qrcode';
import type { Enrolment } from '../../data/session.ts';
import { CopyButton } from '../../parts/copy.tsx';
import { CodeForm } from './code-form.tsx';

/** The dark modules of a QR code as one path. */
function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 1) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return { size: modules.size, path };
}

/** The key as a QR code and as text, the backup codes, and the first code that proves them. */
export function Authenticator({ enrolment, onDone }: { readonly enrolment: Enrolment; readonly onDone: () => void }) {
  const { size, path } = qrPath(enrolment.totpURI);
  const key = new URL(enrolment.totpURI).searchParams.get('secret') ?? '';
  const grouped = key.replaceAll(/(.{4})(?=.)/g, '$1 ');
  return (
    <>
      <div className="enrol">
        <svg
          className="qr"
          viewBox={`-3 -3 ${size + 6} ${size + 6}`}
          role="img"
          aria-label="QR code with the key; the same key stands beside it as text"
        >
          <rect x="-3" y="-3" width={size + 6} height={size + 6} fill="#fff" />
          <path d={path} fill="#000" />
        </svg>
        <div>
          <p>Scan it with your authenticator app, or type the key:</p>
          <p className="enrol-key">
            <code>{grouped}</code> <CopyButton text={key} label="Copy the key" />
          </p>
        </div>
      </div>
      {enrolment.backupCodes.length > 0 && (
        <details className="backup">
          <summary>{enrolment.backupCodes.length} backup codes, for the day the phone is lost: keep them now</summary>
          <pre>{enrolment.backupCodes.join('\n')}</pre>
          <CopyButton text={enrolment.backupCodes.join('\n')} label="Copy the backup codes" />
        </details>
      )}
      <CodeForm onDone={onDone} />
    </>
  );
}
