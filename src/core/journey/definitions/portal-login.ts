import { z } from 'zod';
import { type Action, fail, type Script } from '../../script/index.ts';
import { type JourneyDefinition, step } from '../definition.ts';
import { synthetic } from '../synthetic-company.ts';

const page = z.object({ status: z.number(), location: z.string().nullable(), text: z.string() });
type Page = z.output<typeof page>;

const mostRedirects = 4;

function* ask(action: Action): Script<Page> {
  return page.parse(yield action);
}

/** Follows redirects within the site: Odoo sends a browser around once to choose the database, and after sign-in. */
function* follow(first: Page): Script<Page> {
  let current = first;
  for (let hop = 0; hop < mostRedirects; hop += 1) {
    if (current.status < 300 || current.status >= 400 || current.location === null) return current;
    current = yield* ask({ kind: 'page', path: current.location });
  }
  return yield* fail(`more than ${mostRedirects} redirects`);
}

function* open(path: string): Script<string> {
  const answer = yield* follow(yield* ask({ kind: 'page', path }));
  if (answer.status !== 200) yield* fail(`${path.split('?')[0]} answered ${answer.status}`);
  return answer.text;
}

/** The value of a hidden field of the form; Odoo writes the attributes in either order. */
function csrfToken(html: string): string | undefined {
  const input = /<input[^>]*name="csrf_token"[^>]*>/.exec(html)?.[0];
  return input === undefined ? undefined : /value="([^"]+)"/.exec(input)?.[1];
}

function* signIn(database: string): Script<void> {
  const form = yield* open(`/web/login?db=${encodeURIComponent(database)}`);
  const token = csrfToken(form);
  if (token === undefined) return yield* fail('the sign-in page has no form');
  const answer = yield* ask({ kind: 'sign-in', path: '/web/login', fields: { csrf_token: token } });
  // A refused password answers 200 with the form again; a sign-in answers with a redirect.
  if (answer.status < 300 || answer.status >= 400) yield* fail(`the portal user was not signed in (${answer.status})`);
  yield* follow(answer);
}

/** A customer signs in to the portal and reads an order, over HTTP as a browser does. */
export const portalLogin: JourneyDefinition = {
  name: 'portal-login',
  summary: 'A portal user signs in and reads an order.',
  actor: 'portal',
  writes: true,
  steps: [
    { name: 'sign in', deadlineSeconds: 15 },
    { name: 'list orders', deadlineSeconds: 10 },
    { name: 'read an order', deadlineSeconds: 10 },
  ],
  script: function* (input) {
    yield* step('sign in');
    yield* signIn(input.database);
    yield* step('list orders');
    const list = yield* open('/my/quotes');
    const path = /href="(\/my\/orders\/\d+)/.exec(list)?.[1];
    if (path === undefined) return yield* fail('the portal lists no order');
    yield* step('read an order');
    const order = yield* open(path);
    if (!order.includes(synthetic.portalOrderReference)) yield* fail(`${path} does not show the order`);
  },
};
