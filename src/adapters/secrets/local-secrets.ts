import { open, realpath } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import type { SecretReference } from '../../core/estate/index.ts';
import { createSecret, Fault } from '../../core/kernel/index.ts';
import { describeReference, type Secrets } from '../../ports/secrets.ts';

/** Longer than any key or certificate chain; a reference that points at a disk image is a mistake. */
const maximumBytes = 65_536;
const statePrefix = 'state/';

function unresolved(reference: SecretReference, why: string, cause?: unknown): Fault {
  return new Fault('SECRET_UNRESOLVED', `${describeReference(reference)}: ${why}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { source: reference.source, name: reference.name },
  });
}

async function readBounded(path: string): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(maximumBytes + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return bytesRead > maximumBytes ? undefined : buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Where a `file:` reference points; a `state/` one must stay inside the state directory, links included. */
async function locate(reference: SecretReference, stateDirectory: string): Promise<string> {
  if (isAbsolute(reference.name)) return realpath(reference.name);
  if (!reference.name.startsWith(statePrefix)) {
    throw unresolved(reference, 'a file reference is an absolute path, or begins with `state/`');
  }
  const root = await realpath(stateDirectory);
  const path = await realpath(join(root, reference.name.slice(statePrefix.length)));
  if (!path.startsWith(root + sep)) throw unresolved(reference, 'it leaves the state directory');
  return path;
}

async function readFileSecret(reference: SecretReference, stateDirectory: string): Promise<string> {
  let text: string | undefined;
  try {
    text = await readBounded(await locate(reference, stateDirectory));
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw unresolved(reference, `the file cannot be read (${code})`, error);
  }
  if (text === undefined) throw unresolved(reference, `the file is larger than ${maximumBytes} bytes`);
  // Editors and `echo` end a file with a newline that is no part of the secret.
  return text.replace(/\r?\n$/, '');
}

/** Secrets from the process environment and from files of this machine. */
export function createLocalSecrets(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stateDirectory: string;
}): Secrets {
  return {
    resolve: async (reference) => {
      const value =
        reference.source === 'env'
          ? options.environment[reference.name]
          : await readFileSecret(reference, options.stateDirectory);
      if (value === undefined) throw unresolved(reference, 'the environment variable is not set');
      if (value === '') throw unresolved(reference, 'it is empty');
      return createSecret(describeReference(reference), value);
    },
  };
}
