import type { ApiToken, SignInLink, SignInLinkStore, TokenStore } from '../../ports/access-store.ts';

export interface AccessRecords {
  readonly tokens: Map<string, { readonly token: ApiToken; readonly secretHash: string }>;
  readonly links: Map<string, { readonly link: SignInLink; readonly usedAt: Temporal.Instant | null }>;
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
  const isBefore = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) < 0;
  const isOvertaken = (link: SignInLink): boolean =>
    link.isFirst &&
    [...records.links.values()].some(
      (other) => other.link.isFirst && other.usedAt !== null && !isBefore(other.usedAt, link.createdAt),
    );
  return {
    async issue(link) {
      records.links.set(link.tokenHash, { link, usedAt: null });
    },
    async consume(tokenHash, at) {
      const found = records.links.get(tokenHash);
      if (found === undefined || found.usedAt !== null || !isBefore(at, found.link.expiresAt)) return undefined;
      if (isOvertaken(found.link)) return undefined;
      records.links.set(tokenHash, { ...found, usedAt: at });
      return found.link.role;
    },
    async restore(tokenHash) {
      const found = records.links.get(tokenHash);
      if (found !== undefined) records.links.set(tokenHash, { ...found, usedAt: null });
    },
    async withdraw(at) {
      const unused = [...records.links.values()].filter(({ usedAt }) => usedAt === null);
      for (const { link } of unused) records.links.delete(link.tokenHash);
      return unused.filter(({ link }) => isBefore(at, link.expiresAt)).length;
    },
  };
}
