import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Ask } from './attempts.ts';

/** For so long an answer is taken at its word: the machine may have slept meanwhile, and no clock of ours has counted that. */
const heardSeconds = 60;

interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Listens to the `Date` of each answer, of refusals as well, and goes on from there by a clock that nobody can set; `undefined`
 * where the service has not said it lately.
 */
function hearTheTime(stack: S3Client['middlewareStack']): () => Temporal.Instant | undefined {
  let last: { readonly said: Temporal.Instant; readonly heardAt: number } | undefined;
  stack.add(
    (next) => async (request) => {
      const answer = await next(request);
      const said = Date.parse((answer.response as Answer | undefined)?.headers?.['date'] ?? '');
      if (!Number.isNaN(said)) {
        last = { said: Temporal.Instant.fromEpochMilliseconds(said), heardAt: performance.now() };
      }
      return answer;
    },
    // Before the answer is read: reading a refusal throws.
    { step: 'deserialize', priority: 'low', name: 'hearTheTime' },
  );
  return () => {
    if (last === undefined) return undefined;
    const seconds = (performance.now() - last.heardAt) / 1_000;
    return seconds > heardSeconds ? undefined : last.said.add({ milliseconds: Math.round(seconds * 1_000) });
  };
}

/** The clock of a service. One that never says what time it is has ours. */
export function createServiceClock(client: S3Client, ask: Ask, bucket: string): () => Promise<Temporal.Instant> {
  const heard = hearTheTime(client.middlewareStack);
  return async () => {
    const known = heard();
    if (known !== undefined) return known;
    const input = { Bucket: bucket };
    const asked = ask('tell the time', (abortSignal) => client.send(new HeadBucketCommand(input), { abortSignal }));
    // A refusal tells the time as well.
    await asked.catch((error: unknown) => (heard() === undefined ? Promise.reject(error) : undefined));
    return heard() ?? Temporal.Now.instant();
  };
}
