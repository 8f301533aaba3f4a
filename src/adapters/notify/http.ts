import type { Delivery } from '../../ports/notifier.ts';

/** A request that a receiver will refuse each time, however often it is asked. */
const finalStatuses = new Set([400, 405, 410, 413, 415, 422]);
const longestExcerpt = 200;

/** Sends JSON to a receiver. Redirects are not followed: a message goes where the estate says, or nowhere. */
export async function postJson(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Delivery> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'plimsoll', ...headers },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal,
  });
  if (response.ok) {
    await response.body?.cancel();
    return { kind: 'accepted' };
  }
  const excerpt = (await response.text().catch(() => '')).replaceAll(/\s+/g, ' ').slice(0, longestExcerpt);
  const problem = `the receiver answered ${response.status}${excerpt === '' ? '' : `: ${excerpt}`}`;
  return { kind: 'refused', problem, isFinal: finalStatuses.has(response.status) };
}
