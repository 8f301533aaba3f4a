import { z } from 'zod';
import { callSignIn, SignInError } from './session.ts';

const challenge = z.looseObject({ challenge: z.string() });

/** Whether this browser can use passkeys with the server's own JSON, without a helper library. */
export function offersPasskeys(): boolean {
  return (
    window.isSecureContext &&
    'PublicKeyCredential' in window &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'
  );
}

function asKey(credential: Credential | null): PublicKeyCredential {
  if (credential instanceof PublicKeyCredential) return credential;
  throw new SignInError(0, 'PASSKEY_MISSING', 'The browser gave no passkey.');
}

/** The browser's own refusals (closed by the reader, none stored) in our words. */
async function asking(question: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    return asKey(await question);
  } catch (error) {
    if (error instanceof SignInError) throw error;
    throw new SignInError(
      0,
      'PASSKEY_NOT_USED',
      'No passkey was used: the question was closed, or none is stored here.',
    );
  }
}

/** Signs in with a passkey that the browser offers. */
export async function signInWithPasskey(): Promise<void> {
  const options = await callSignIn('GET', '/passkey/generate-authenticate-options', challenge);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const credential = await asking(navigator.credentials.get({ publicKey }));
  await callSignIn('POST', '/passkey/verify-authentication', z.unknown(), { response: credential.toJSON() });
}

/** What to create a passkey from; undefined where the account has a second factor already, which is then asked for. */
async function registration(): Promise<z.output<typeof challenge> | undefined> {
  try {
    return await callSignIn('GET', '/passkey/generate-register-options', challenge);
  } catch (error) {
    if (error instanceof SignInError && error.code === 'SECOND_FACTOR_REQUIRED') return undefined;
    throw error;
  }
}

/** Stores a passkey for the person who is signed in, then signs in with it: only a proven passkey counts. */
export async function enrolPasskey(): Promise<void> {
  const options = await registration();
  if (options === undefined) return signInWithPasskey();
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const credential = await asking(navigator.credentials.create({ publicKey }));
  await callSignIn('POST', '/passkey/verify-registration', z.unknown(), { response: credential.toJSON() });
  await signInWithPasskey();
}
