import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { createAccess } from '../adapters/access/access.ts';
import { operatorToken, randomToken, signingKey, writePrivateFile } from '../adapters/access/keys.ts';
import { createCodeClaims } from '../adapters/access/used-codes.ts';
import { databaseIn } from '../adapters/postgres/database-in.ts';
import { promptSocket } from '../adapters/postgres/prompt-socket.ts';
import type { Access } from '../ports/access.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { checkApiToken } from '../workflows/api-tokens.ts';
import { issueSignInLink, redeemSignInLink } from '../workflows/sign-in-link.ts';
import type { Settings } from './settings.ts';
import { hash } from './wire-store.ts';

const controller = { kind: 'controller', name: 'serve' } as const;

export interface WiredAccess {
  readonly access: Access;
  /** The first sign-in link, printed and written for `make up`; `undefined` once somebody can sign in. */
  announce(url: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Sign-in, tokens and the local operator, on our own database. */
export async function wireAccess(
  settings: Settings,
  databaseUrl: string,
  parts: {
    readonly store: Store;
    readonly clock: Clock;
    readonly log: (line: Readonly<Record<string, unknown>>) => void;
  },
): Promise<WiredAccess> {
  const { store, clock, log } = parts;
  // better-auth names its tables without a schema and wants the driver's plain types.
  const pool = postgres(databaseUrl, {
    ...promptSocket,
    ...databaseIn(databaseUrl),
    max: 5,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => {},
    connection: { application_name: 'plimsoll access', search_path: 'plimsoll' },
  });
  const deps = { store, clock, hash, randomToken };
  const access = createAccess({
    pool,
    secret: await signingKey(pool, settings.signingSecret),
    publicOrigin: settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl).origin,
    operatorToken: await operatorToken(settings.stateDirectory),
    checkToken: (secret) => checkApiToken(deps, secret),
    redeemLink: (token, person, create) => redeemSignInLink(deps, token, person, create),
    claimCode: createCodeClaims(pool, clock.now),
    onSignIn: async (userId, hasSecondFactor) => {
      const actor = { kind: 'user', name: userId } as const;
      await store.ledger.append(
        { actor, type: 'session.created', subject: `user/${userId}`, data: { hasSecondFactor } },
        clock.now(),
      );
    },
    onError: (message) => log({ level: 'error', part: 'access', message }),
  });
  const linkFile = join(settings.stateDirectory, 'sign-in-link');
  return {
    access,
    async announce(url) {
      if ((await access.listPeople()).length > 0) {
        await rm(linkFile, { force: true });
        return undefined;
      }
      // Passkeys belong to a name, never to an address: 127.0.0.1 would rule them out.
      const draft = { role: 'administrator', isFirst: true } as const;
      const { path } = await issueSignInLink(deps, draft, { actor: controller, role: 'administrator' });
      const link = `${settings.publicUrl ?? url.replace('//127.0.0.1', '//localhost')}${path}`;
      await writePrivateFile(linkFile, `${link}\n`);
      return link;
    },
    close: () => pool.end({ timeout: 5 }),
  };
}
