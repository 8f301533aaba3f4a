import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { Fault } from '../../../core/kernel/index.ts';
import type { BucketFacts } from '../../../core/recovery/index.ts';
import { createAsk, defaultPatience } from './attempts.ts';
import { createClient, type S3Options } from './s3-object-store.ts';

/** Where a rule begins to delete what is current; its prefix may be narrower or wider than ours. */
function covers({ Filter: filter, Prefix: old }: LifecycleRule, prefix: string): boolean {
  const rule = filter?.Prefix ?? filter?.And?.Prefix ?? old ?? '';
  return prefix.startsWith(rule) || rule.startsWith(prefix);
}

/** The shortest time after which a rule of the bucket deletes what lies under the prefix. */
function expiryDays(rules: readonly LifecycleRule[], prefix: string): number | undefined {
  const days = rules
    .filter((rule) => rule.Status === 'Enabled' && covers(rule, prefix))
    .flatMap(({ Expiration: expiration }) => {
      if (expiration?.Days !== undefined) return [expiration.Days];
      return expiration?.Date === undefined ? [] : [0];
    });
  return days.length === 0 ? undefined : Math.min(...days);
}

const absent: ReadonlySet<string> = new Set(['NoSuchLifecycleConfiguration', 'NotImplemented', 'MethodNotAllowed']);

/**
 * What a bucket does by itself with what lies in it (OBJ-02). Unknown is what its credentials may not ask, or its service does
 * not have.
 */
export async function readBucketFacts(options: S3Options): Promise<BucketFacts> {
  const patience = { ...defaultPatience, attempts: 2, ...options.patience };
  const client = createClient(options, patience);
  const ask = createAsk(`s3://${options.bucket}`, patience);
  const input = { Bucket: options.bucket };
  const orUnknown = async <Answer>(work: Promise<Answer>): Promise<Answer | undefined> =>
    work.catch((error: unknown) => {
      if (error instanceof Fault) return undefined;
      throw error;
    });
  try {
    const versioning = await orUnknown(
      ask('tell of versions', (abortSignal) => client.send(new GetBucketVersioningCommand(input), { abortSignal })),
    );
    const rules = await orUnknown(
      ask('tell of its rules', (abortSignal) =>
        client.send(new GetBucketLifecycleConfigurationCommand(input), { abortSignal }).then(
          ({ Rules: found = [] }) => found,
          (error: unknown) => {
            if (error instanceof Error && absent.has(error.name)) return [];
            throw error;
          },
        ),
      ),
    );
    return {
      isVersioned: versioning === undefined ? undefined : versioning.Status === 'Enabled',
      expiresAfterDays: rules === undefined ? undefined : expiryDays(rules, options.prefix),
    };
  } finally {
    client.destroy();
  }
}
