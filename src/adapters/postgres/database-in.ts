/**
 * The database that an address names, for the driver: by itself it decodes user and password, and takes this name as it is
 * written, `%20` and all. Nothing where the address names none.
 */
export function databaseIn(url: string): { readonly database?: string } {
  const [, written = ''] = /^[a-z]+:\/\/[^/?#]*\/([^?#]*)/i.exec(url) ?? [];
  if (written === '') return {};
  try {
    return { database: decodeURIComponent(written) };
  } catch {
    // A lone `%` that encodes nothing.
    return { database: written };
  }
}
