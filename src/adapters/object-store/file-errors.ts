import { Fault, type FaultCode } from '../../core/kernel/index.ts';

const codes: Readonly<Record<string, FaultCode>> = {
  ENOSPC: 'REPOSITORY_FULL',
  EDQUOT: 'REPOSITORY_FULL',
  EACCES: 'REPOSITORY_DENIED',
  EPERM: 'REPOSITORY_DENIED',
  EROFS: 'REPOSITORY_DENIED',
  EIO: 'REPOSITORY_UNREACHABLE',
  ENOENT: 'REPOSITORY_UNREACHABLE',
  ENOTDIR: 'REPOSITORY_UNREACHABLE',
  ESTALE: 'REPOSITORY_UNREACHABLE',
  ENOTCONN: 'REPOSITORY_UNREACHABLE',
  ETIMEDOUT: 'REPOSITORY_UNREACHABLE',
};

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** What the kernel's refusal means for a repository in a directory; anything else passes as it is. */
export function explainFileError(error: unknown, directory: string): unknown {
  const symbol = error instanceof Error && 'code' in error ? String(error.code) : '';
  const code = codes[symbol];
  if (code === undefined) return error;
  return new Fault(code, `${directory} refuses: ${symbol}.`, { cause: error, details: { directory, error: symbol } });
}
