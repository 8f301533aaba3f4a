// Writes the portal's pictures from a server that runs. See `--help`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import { startBrowser, watchPage } from '../test/portal/browser.ts';
import { createAdministrator } from '../test/portal/way-in.ts';

const usage = `Usage: node_modules/.bin/node tools/screenshots.ts [options]

  --origin <url>         the server; that of the link where there is one (default http://127.0.0.1:7070)
  --link <url>           a one-time link; it is used up by an administrator with a password that nobody keeps
  --environment <name>   whose page is shown (default: the first one in production)
  --only <names>         some of them: overview,recovery,figures
  --out <directory>      where the pictures go (default docs/images)

  node_modules/.bin/node tools/screenshots.ts --link "$(cat .plimsoll/sign-in-link)" --environment acme-prod
  node_modules/.bin/node tools/screenshots.ts --link "$(./plimsoll access link)"
  node_modules/.bin/node tools/screenshots.ts --origin http://127.0.0.1:7070      # a server with a made-up estate: serve --fake`;

interface Shot {
  readonly file: string;
  readonly path: string;
  readonly theme?: 'dark';
  readonly width?: number;
  readonly height?: number;
}

function shotsOf(environment: string): readonly Shot[] {
  const page = `/environments/${encodeURIComponent(environment)}`;
  return [
    { file: 'overview', path: '/' },
    { file: 'overview-dark', path: '/', theme: 'dark' },
    { file: 'overview-phone', path: '/', width: 390, height: 844 },
    { file: 'environment', path: page, height: 1_500 },
    { file: 'environment-dark', path: page, height: 1_500, theme: 'dark' },
    { file: 'recovery', path: `${page}/recovery`, height: 1_560 },
    { file: 'coverage', path: '/recovery' },
    { file: 'figures', path: '/figures', height: 1_050 },
    { file: 'board', path: '/board', width: 1_600 },
    { file: 'journeys', path: '/journeys' },
    { file: 'objectives', path: '/objectives', height: 1_500 },
    { file: 'objectives-dark', path: '/objectives', height: 1_500, theme: 'dark' },
    { file: 'watched', path: '/coverage', height: 1_300 },
    { file: 'calendar', path: '/calendar' },
    { file: 'findings', path: '/findings' },
    { file: 'alerts', path: '/alerts' },
    { file: 'answers', path: '/alerts/answers', height: 1_200 },
    { file: 'incidents', path: '/incidents' },
    { file: 'ledger', path: '/ledger' },
  ];
}

/** Asks with the browser's own cookies. */
async function firstEnvironment(context: BrowserContext, origin: string): Promise<string> {
  const response = await context.request.get(`${origin}/api/v1/overview`, { timeout: 10_000 });
  if (response.status() === 401) throw new Error(`${origin} asks for a sign-in: give --link.\n\n${usage}`);
  const { environments = [] } = (await response.json()) as { environments?: { name: string; stage: string }[] };
  const chosen = environments.find((each) => each.stage === 'production') ?? environments[0];
  if (chosen === undefined) throw new Error(`${origin} shows no environment.`);
  return chosen.name;
}

/** The room of the worst incident that nobody has taken, where there is one. */
async function roomOf(context: BrowserContext, origin: string): Promise<readonly Shot[]> {
  const response = await context.request.get(`${origin}/api/v1/incidents?state=open`, { timeout: 10_000 });
  const { items = [] } = (await response.json()) as { items?: { id: string; severity: number }[] };
  const worst = items.toSorted((a, b) => a.severity - b.severity).slice(0, 1);
  return worst.map(({ id }) => ({ file: 'incident-room', path: `/incidents/${id}`, height: 1_200 }));
}

async function take(context: BrowserContext, origin: string, out: string, shot: Shot): Promise<void> {
  const page = await context.newPage();
  try {
    const { problems } = watchPage(page, origin);
    await page.emulateMedia({ colorScheme: shot.theme ?? 'light' });
    await page.setViewportSize({ width: shot.width ?? 1_440, height: shot.height ?? 900 });
    await page.goto(origin + shot.path);
    await page.locator('h1').first().waitFor({ timeout: 15_000 });
    await page.waitForTimeout(1_800);
    const path = join(out, `${shot.file}.png`);
    await page.screenshot({ path });
    console.log([path, ...problems].join('  '));
  } finally {
    await page.close();
  }
}

const { values } = parseArgs({
  options: {
    origin: { type: 'string' },
    link: { type: 'string' },
    environment: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string', default: 'docs/images' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  const link = values.link?.trim();
  const origin = new URL(values.origin ?? link ?? 'http://127.0.0.1:7070').origin;
  await mkdir(values.out, { recursive: true });
  const browser = await startBrowser();
  try {
    if (link !== undefined) await createAdministrator(browser.context, link);
    const environment = values.environment ?? (await firstEnvironment(browser.context, origin));
    const only = values.only?.split(',');
    const wanted = [...shotsOf(environment), ...(await roomOf(browser.context, origin))].filter(
      ({ file }) => only?.includes(file) ?? true,
    );
    for (const shot of wanted) await take(browser.context, origin, values.out, shot);
  } finally {
    await browser.close();
  }
}
