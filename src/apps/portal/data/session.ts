import { z } from 'zod';

/** A sign-in endpoint said no; the message is for people. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const refusal = z.object({ code: z.string().default('SIGN_IN_REFUSED'), message: z.string().default('') });

// Where better-auth's own words say less than a person needs.
const words: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'E-mail or password is wrong.',
  INVALID_CODE: 'That code does not count. Codes change every 30 seconds: is the clock of your phone right?',
  CODE_USED: 'That code was used already. Wait for the next one, then begin again with the password.',
  INVALID_TWO_FACTOR_COOKIE: 'The sign-in took too long. Begin again with the password.',
  INVALID_PASSWORD: 'The password is wrong.',
  EMAIL_TAKEN: 'Somebody with this e-mail has an account here already. Sign in with it, or use another e-mail.',
  LINK_SPENT: 'This one-time link was used already or has expired.',
};

/** Calls an endpoint below `/api/auth`; throws `SignInError` with words for people. */
export async function callSignIn<Answer extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  answer: Answer,
  body?: unknown,
): Promise<z.output<Answer>> {
  const response = await fetch(`/api/auth${path}`, {
    method,
    headers: { accept: 'application/json', ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  const document: unknown = await response.json().catch(() => ({}));
  if (!response.ok) {
    const said = refusal.catch({ code: 'SIGN_IN_REFUSED', message: '' }).parse(document ?? {});
    const fallback =
      response.status === 429 ? 'Too many attempts. Wait a minute.' : `The server answered ${response.status}.`;
    throw new SignInError(response.status, said.code, words[said.code] ?? (said.message || fallback));
  }
  return answer.parse(document);
}

const anything = z.unknown();
const passwordAnswer = z.object({ twoFactorRedirect: z.boolean().optional() });
const enrolment = z.object({
  totpURI: z.string().startsWith('otpauth://'),
  backupCodes: z.array(z.string()).default([]),
});

export type Enrolment = z.output<typeof enrolment>;

/** Proves the password; answers whether the second factor is asked next. */
export async function signInWithPassword(email: string, password: string): Promise<'second-factor' | 'signed-in'> {
  const answer = await callSignIn('POST', '/sign-in/email', passwordAnswer, { email, password });
  return answer.twoFactorRedirect === true ? 'second-factor' : 'signed-in';
}

/** Proves the second factor: six digits of the app, or one of the backup codes. */
export async function proveSecondFactor(code: string): Promise<void> {
  const compact = code.replaceAll(/\s/g, '');
  const path = /^\d{6}$/.test(compact) ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code';
  await callSignIn('POST', path, anything, { code: compact });
}

/** Creates the person of a one-time link and signs in. */
export async function welcome(person: {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}): Promise<void> {
  await callSignIn('POST', '/welcome', anything, person);
}

/** Begins the enrolment of an authenticator app; it counts once a first code is proven. */
export function beginEnrolment(password: string): Promise<Enrolment> {
  return callSignIn('POST', '/two-factor/enable', enrolment, { password });
}

/** Ends the session; signing in again is the only way back. */
export async function signOut(): Promise<void> {
  await callSignIn('POST', '/sign-out', anything);
}
