import type { OdooWebSession, WebPage } from '../../ports/odoo-web.ts';
import { readJsonRpcAnswer } from './answers.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import { below } from './json2-rpc.ts';

const mostCookies = 20;

/** Path and query of a redirect that stays on the site. */
function locationWithin(base: URL, answer: HttpAnswer): string | null {
  const { location } = answer.headers;
  if (location === undefined) return null;
  const target = URL.parse(location, base);
  return target?.origin === base.origin ? `${target.pathname}${target.search}` : null;
}

/** A cookie jar for one origin: name to value is all that a session with one server needs. */
function createJar(): { keep(answer: HttpAnswer): void; header(): Readonly<Record<string, string>> } {
  const cookies = new Map<string, string>();
  return {
    keep: (answer) => {
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [pair = ''] = line.split(';', 1);
        const at = pair.indexOf('=');
        if (at > 0 && (cookies.size < mostCookies || cookies.has(pair.slice(0, at)))) {
          cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
        }
      }
    },
    header: () =>
      cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  };
}

/** A session with Odoo's web pages. Paths are relative to the server's address. */
export function createWebSession(base: URL, http: HttpClient): OdooWebSession {
  const jar = createJar();
  const asPage = (answer: HttpAnswer): WebPage => {
    jar.keep(answer);
    return { status: answer.status, location: locationWithin(base, answer), text: answer.text };
  };
  // A path from a redirect is absolute on the site already; ours begin at Odoo's root below a proxy's prefix.
  const resolve = (path: string): URL => (path.startsWith(base.pathname) ? new URL(path, base) : below(base, path));
  return {
    get: async (path, limits) =>
      asPage(await http.send({ url: resolve(path), method: 'GET', headers: jar.header(), ...limits })),
    post: async (path, fields, limits) => {
      const body = new URLSearchParams(fields).toString();
      const headers = { ...jar.header(), 'content-type': 'application/x-www-form-urlencoded' };
      return asPage(await http.send({ url: resolve(path), method: 'POST', headers, body, ...limits }));
    },
    rpc: async (path, params, limits) => {
      const body = JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params });
      const headers = { ...jar.header(), 'content-type': 'application/json' };
      const answer = await http.send({ url: resolve(path), method: 'POST', headers, body, ...limits });
      jar.keep(answer);
      return readJsonRpcAnswer({ model: 'web', method: path.split('/').at(-1) ?? path }, answer);
    },
  };
}
