import { resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../core/kernel/index.ts';

const settingsSchema = z.object({
  /** Where Plimsoll keeps its embedded database, logs and what it installs; relative to the working directory. */
  PLIMSOLL_STATE: z.string().min(1).default('.plimsoll'),
  /** A PostgreSQL >= 15 of your own; the embedded one where it is not set. */
  PLIMSOLL_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** The server that commands about a running estate ask. */
  PLIMSOLL_SERVER: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:7070'),
  /** An API token for that server. */
  PLIMSOLL_TOKEN: z.string().min(1).optional(),
  /** Signs sessions and encrypts second factors; several controllers share one. The database keeps one where it is not set. */
  PLIMSOLL_SECRET: z.string().min(32).optional(),
  /** Under which address browsers reach the portal, where it is not this machine's own. */
  PLIMSOLL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Networks of reverse proxies whose word on the client's address counts, separated by commas. */
  PLIMSOLL_TRUSTED_PROXIES: z.string().default(''),
  NO_COLOR: z.string().optional(),
});

export interface Settings {
  readonly stateDirectory: string;
  readonly databaseUrl: string | undefined;
  readonly serverUrl: string;
  readonly token: string | undefined;
  readonly signingSecret: string | undefined;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly hasColor: boolean;
  /** The whole environment, for resolving `env:` secret references; nothing else reads it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads the process environment: the only file that does. Throws SETTING_INVALID naming the variable. */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Fault('SETTING_INVALID', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return {
    stateDirectory: resolve(parsed.data.PLIMSOLL_STATE),
    databaseUrl: parsed.data.PLIMSOLL_DATABASE_URL,
    serverUrl: parsed.data.PLIMSOLL_SERVER,
    token: parsed.data.PLIMSOLL_TOKEN,
    signingSecret: parsed.data.PLIMSOLL_SECRET,
    publicUrl: parsed.data.PLIMSOLL_PUBLIC_URL?.replace(/\/$/, ''),
    trustedProxies: parsed.data.PLIMSOLL_TRUSTED_PROXIES.split(/[\s,]+/).filter((each) => each !== ''),
    hasColor: parsed.data.NO_COLOR === undefined,
    environment,
  };
}
