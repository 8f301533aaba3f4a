// The kinds of documents an estate is made of, as strict schemas. Each parses on its own; references come later.
import type { z } from 'zod';
import { environment } from './environment.ts';
import { backupPolicy, changePolicy, dataClass, estate, exception, policy, priceBook, tenant } from './governance.ts';
import { repository } from './repository.ts';
import { channel, runbook, team } from './responding.ts';
import { businessCommitment, businessService, integration } from './service.ts';
import { site } from './site.ts';
import { tier } from './tier.ts';

/** Every kind with its schema, in the order documentation shows them. */
export const kinds = {
  Estate: estate,
  Site: site,
  Tier: tier,
  Environment: environment,
  BusinessService: businessService,
  Integration: integration,
  Tenant: tenant,
  Team: team,
  BusinessCommitment: businessCommitment,
  ChangePolicy: changePolicy,
  BackupPolicy: backupPolicy,
  DataClass: dataClass,
  Repository: repository,
  PriceBook: priceBook,
  Runbook: runbook,
  Channel: channel,
  Policy: policy,
  Exception: exception,
} as const;

export type Kind = keyof typeof kinds;

/** A document of a kind after its schema, before references are resolved. */
export type Declared<K extends Kind> = z.output<(typeof kinds)[K]>;

/** Whether a text names a kind. */
export function isKind(text: unknown): text is Kind {
  return typeof text === 'string' && Object.hasOwn(kinds, text);
}
