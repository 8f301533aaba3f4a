// Imported before everything else: what every page asks first is asked while the browser still reads the portal itself.

/** An answer that waits longer than this is asked again: it may have grown old. */
const goodForMilliseconds = 5_000;

const isSigningIn = /^\/(sign-in|second-factor)$/.test(window.location.pathname);
const begunAt = performance.now();
const begun = new Map(
  (isSigningIn ? [] : ['/api/v1/me', '/api/v1/overview']).map((url) => {
    const answer = fetch(url, { headers: { accept: 'application/json' } }).catch(() => undefined);
    return [url, answer] as const;
  }),
);

/** Fetches; the first questions of a page were begun already, and their answers are used once, if they are good. */
export const fetchBegun: typeof fetch = async (input, init) => {
  const early = begun.get(String(input));
  begun.delete(String(input));
  if (early !== undefined && performance.now() - begunAt < goodForMilliseconds) {
    const response = await early;
    if (response?.ok === true) return response;
  }
  return fetch(input, init);
};
