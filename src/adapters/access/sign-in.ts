import { z } from 'zod';
import type { InvitedPerson } from '../../ports/access.ts';
import type { Authentication } from './authentication.ts';

/** The endpoints of better-auth that we offer. Everything else it has is not reachable. */
const offered: readonly RegExp[] = [
  /^\/sign-in\/email$/,
  /^\/sign-out$/,
  /^\/get-session$/,
  /^\/change-password$/,
  /^\/list-sessions$/,
  /^\/revoke-(session|other-sessions)$/,
  /^\/two-factor\/(enable|disable|verify-totp|verify-backup-code|generate-backup-codes)$/,
  /^\/passkey\/(generate-register-options|verify-registration|generate-authenticate-options|verify-authentication)$/,
  /^\/passkey\/(list-user-passkeys|delete-passkey)$/,
];

/** Adding a second factor, and taking one away: with a password alone only the very first one may be added. */
const factorChanges =
  /^\/(two-factor\/(enable|disable|generate-backup-codes)|passkey\/(generate-register-options|verify-registration|delete-passkey)|change-password)$/;

/** Whether an endpoint is offered. */
export function isOffered(path: string): boolean {
  return offered.some((pattern) => pattern.test(path));
}

/** Whether a session that proved a password alone is kept from this endpoint: the account has a second factor already. */
export async function isKeptFromFactors(auth: Authentication, path: string, headers: Headers): Promise<boolean> {
  if (!factorChanges.test(path)) return false;
  const found = await auth.api.getSession({ headers });
  if (found === null || found.session.secondFactor === true) return false;
  if (found.user.twoFactorEnabled === true) return true;
  const passkeys = await auth.api.listPasskeys({ headers });
  return passkeys.length > 0;
}

/** What the welcome page sends. */
export const welcomeSchema = z.strictObject({
  token: z.string().min(20).max(200),
  name: z.string().trim().min(1).max(100),
  email: z.email().max(200),
  password: z.string().min(12).max(200),
});

/** Somebody has an account with this e-mail already. */
export class EmailTaken extends Error {}

/** Creates a person with a password and the role of their link; throws `EmailTaken` where there is one. */
export async function createPerson(auth: Authentication, person: InvitedPerson): Promise<{ readonly id: string }> {
  const context = await auth.$context;
  if ((await context.internalAdapter.findUserByEmail(person.email.toLowerCase())) !== null) throw new EmailTaken();
  const password = await context.password.hash(person.password);
  const user = await context.internalAdapter.createUser(
    { name: person.name, email: person.email, emailVerified: true, role: person.role },
    { method: 'email-password' },
  );
  await context.internalAdapter.linkAccount({
    userId: user.id,
    accountId: user.id,
    providerId: 'credential',
    password,
  });
  return { id: user.id };
}
