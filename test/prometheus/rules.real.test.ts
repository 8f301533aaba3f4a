import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { runTool } from './tools.ts';

const golden = join(import.meta.dirname, '../../src/core/compile/prometheus/golden/northsea');
const availability = 'acme-prod.shipment-confirmation.availability-30d';
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plimsoll-rules-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('what compile --target prometheus writes', () => {
  test('promtool accepts every golden rule file', async () => {
    const files = await readdir(join(golden, 'rules'));
    expect(files.length).toBeGreaterThan(0);
    const { code, said } = await runTool([
      'promtool',
      'check',
      'rules',
      ...files.map((file) => join(golden, 'rules', file)),
    ]);
    expect(said).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  test('promtool accepts the configuration, with the rules that it names', async () => {
    const { code, said } = await runTool([
      'promtool',
      'check',
      'config',
      '--syntax-only',
      join(golden, 'prometheus.yaml'),
    ]);
    expect(said).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  test('amtool accepts the routing, and sends a page to the owner', async () => {
    const file = join(golden, 'alertmanager.yaml');
    const checked = await runTool(['amtool', 'check-config', file]);
    expect(checked.said).toContain('SUCCESS');
    const route = ['amtool', 'config', 'routes', 'test', `--config.file=${file}`];
    const to = async (...labels: readonly string[]) =>
      (await runTool([...route, ...labels])).said.trim().split('\n').at(-1);
    expect(await to('severity=page', 'owner=warehouse-operations')).toBe('warehouse-operations-page');
    expect(await to('severity=ticket', 'owner=integrations')).toBe('integrations-ticket');
    expect(await to('severity=page')).toBe('nobody-owns-it');
  });
});

/** A counter as promtool reads it: so many readings at each value. */
const steps = (values: readonly number[], readings: number): string =>
  values.map((value) => `${value}x${readings - 1}`).join(' ');

const slowly = { interval: '10m', evaluateEvery: '1h' } as const;
const quickly = { interval: '1m', evaluateEvery: '30m' } as const;

interface Story {
  readonly good: string;
  readonly total: string;
  readonly at: string;
  /** How far apart readings are, and how often rules are evaluated. */
  readonly interval: string;
  readonly evaluateEvery: string;
  /** The windows of the pages that are to fire. */
  readonly pages: readonly string[];
}

function unitTest({ good, total, at, pages, interval }: Story) {
  const labels = { objective: availability };
  const text = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const firing = `count by (window) (ALERTS{alertname="PlimsollBudgetBurns", severity="page", alertstate="firing", ${text}})`;
  return {
    interval,
    input_series: [
      { series: `plimsoll_objective_good_total{${text}}`, values: good },
      { series: `plimsoll_objective_events_total{${text}}`, values: total },
    ],
    promql_expr_test: [
      {
        expr: firing,
        eval_time: at,
        exp_samples: pages.map((window) => ({ labels: `{window="${window}"}`, value: 1 })),
      },
    ],
  };
}

async function holds(story: Story): Promise<string> {
  const file = join(directory, `story-${Math.abs(story.at.length * 31 + story.total.length)}.yaml`);
  // The objective's own group: the others would only take time.
  const all = parse(await readFile(join(golden, 'rules', 'acme-prod.yaml'), 'utf8')) as { groups: { name: string }[] };
  const rules = join(directory, 'rules.yaml');
  await writeFile(rules, stringify({ groups: all.groups.filter(({ name }) => name === availability) }));
  await writeFile(
    file,
    stringify({ rule_files: [rules], evaluation_interval: story.evaluateEvery, tests: [unitTest(story)] }),
  );
  const { code, said } = await runTool(['promtool', 'test', 'rules', file]);
  return code === 0 ? 'holds' : said;
}

describe('the rules, tried by promtool', () => {
  const orders = Array.from({ length: 97 }, (_, index) => index);

  test('the known miss pages: days at 90 % failure with twelve requests a day', async () => {
    const story = {
      good: steps(
        orders.map((count) => Math.floor(count / 10)),
        12,
      ),
      total: steps(orders, 12),
      at: '2d',
      ...slowly,
    };
    expect(await holds({ ...story, pages: ['1h', '6h'] })).toBe('holds');
    expect(await holds({ ...story, at: '8d', pages: ['1h', '6h'] })).toBe('holds');
  });

  test('a quiet tenant that is well pages nobody, nor does one failure in it', async () => {
    const good = steps(orders, 12);
    expect(await holds({ good, total: good, at: '4d', pages: [], ...slowly })).toBe('holds');
    const oneFailed = steps(
      orders.map((count) => (count > 60 ? count - 1 : count)),
      12,
    );
    expect(await holds({ good: oneFailed, total: good, at: '5d1h', pages: [], ...slowly })).toBe('holds');
  });

  test('an outage under traffic pages by the fast rule; the same without failures does not', async () => {
    const total = '0+60x700';
    expect(await holds({ good: '0+60x600 36000+30x100', total, at: '11h', pages: ['1h', '6h'], ...quickly })).toBe(
      'holds',
    );
    expect(await holds({ good: total, total, at: '11h', pages: [], ...quickly })).toBe('holds');
  });
});
