import type { ApiToken, SignInLinkStore, TokenStore } from '../../ports/access-store.ts';

export interface AccessRecords {
  readonly tokens: Map<string, { readonly token: ApiToken; readonly secretHash: string }>;
  readonly links: Map<string, { readonly expiresAt: Temporal.Instant; readonly isUsed: boolean }>;
}

/** API tokens in memory. */
export function tokensOf(records: AccessRecords): TokenStore {
  const put = (token: ApiToken, secretHash: string): void => void records.tokens.set(token.id, { token, secretHash });
  return {
    async create(token, secretHash) {
      put({ ...token, lastUsedAt: null, revokedAt: null }, secretHash);
    },
    async list() {
      return [...records.tokens.values()]
        .map(({ token }) => token)
        .sort((a, b) => Temporal.Instant.compare(b.createdAt, a.createdAt) || a.id.localeCompare(b.id));
    },
    async findByHash(secretHash) {
      return [...records.tokens.values()].find((each) => each.secretHash === secretHash)?.token;
    },
    async touch(id, at) {
      const found = records.tokens.get(id);
      const last = found?.token.lastUsedAt;
      if (found === undefined || (last && Temporal.Instant.compare(last, at.subtract({ minutes: 1 })) >= 0)) return;
      put({ ...found.token, lastUsedAt: at }, found.secretHash);
    },
    async revoke(id, at) {
      const found = records.tokens.get(id);
      if (found === undefined) return undefined;
      const token = { ...found.token, revokedAt: found.token.revokedAt ?? at };
      put(token, found.secretHash);
      return token;
    },
  };
}

/** One-time sign-in links in memory. */
export function signInLinksOf(records: AccessRecords): SignInLinkStore {
  return {
    async issue(tokenHash, _at, expiresAt) {
      for (const [hash, link] of records.links) if (!link.isUsed) records.links.delete(hash);
      records.links.set(tokenHash, { expiresAt, isUsed: false });
    },
    async consume(tokenHash, at) {
      const link = records.links.get(tokenHash);
      if (link === undefined || link.isUsed || Temporal.Instant.compare(link.expiresAt, at) <= 0) return false;
      records.links.set(tokenHash, { ...link, isUsed: true });
      return true;
    },
    async restore(tokenHash) {
      const link = records.links.get(tokenHash);
      if (link !== undefined) records.links.set(tokenHash, { ...link, isUsed: false });
    },
  };
}
