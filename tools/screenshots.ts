// Writes docs/images/*.png from a server that runs: node tools/screenshots.ts [http://127.0.0.1:7070] [environment]
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBrowser, watchPage } from '../test/portal/browser.ts';

const [, , origin = 'http://127.0.0.1:7070', wanted] = process.argv;
const directory = fileURLToPath(new URL('../docs/images/', import.meta.url));

interface Shot {
  readonly file: string;
  readonly path: string;
  readonly theme?: 'dark';
  readonly width?: number;
  readonly height?: number;
}

async function firstEnvironment(): Promise<string> {
  const response = await fetch(new URL('/api/v1/overview', origin), { signal: AbortSignal.timeout(10_000) });
  const overview = (await response.json()) as { environments?: { name: string; stage: string }[] };
  const production = overview.environments?.find((each) => each.stage === 'production');
  return production?.name ?? overview.environments?.[0]?.name ?? 'acme-prod';
}

const environment = wanted ?? (await firstEnvironment());
const shots: readonly Shot[] = [
  { file: 'overview', path: '/' },
  { file: 'overview-dark', path: '/', theme: 'dark' },
  { file: 'overview-phone', path: '/', width: 390, height: 844 },
  { file: 'environment', path: `/environments/${environment}`, height: 1_500 },
  { file: 'environment-dark', path: `/environments/${environment}`, height: 1_500, theme: 'dark' },
  { file: 'board', path: '/board', width: 1_600 },
  { file: 'journeys', path: '/journeys' },
  { file: 'calendar', path: '/calendar' },
  { file: 'findings', path: '/findings' },
  { file: 'ledger', path: '/ledger' },
];

await mkdir(directory, { recursive: true });
const browser = await startBrowser();
try {
  for (const shot of shots) {
    const page = await browser.context.newPage();
    const { problems } = watchPage(page, new URL(origin).origin);
    await page.emulateMedia({ colorScheme: shot.theme ?? 'light' });
    await page.setViewportSize({ width: shot.width ?? 1_440, height: shot.height ?? 900 });
    await page.goto(new URL(shot.path, origin).href);
    await page.locator('h1').first().waitFor({ timeout: 15_000 });
    await page.waitForTimeout(1_800);
    await page.screenshot({ path: `${directory}${shot.file}.png` });
    console.log([`docs/images/${shot.file}.png`, ...problems].join('  '));
    await page.close();
  }
} finally {
  await browser.close();
}
