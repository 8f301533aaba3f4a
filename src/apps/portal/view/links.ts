/** A path of this portal as the server wrote it, or undefined for anything that would lead elsewhere. */
export function portalPath(link: string | null): string | undefined {
  return link !== null && /^\/(?![/\\])[\w\-./?=&%~:]*$/.test(link) ? link : undefined;
}

/** Where to go after signing in; only ever a path of this portal. */
export function returnPath(next: unknown): string {
  return (typeof next === 'string' ? portalPath(next) : undefined) ?? '/';
}
