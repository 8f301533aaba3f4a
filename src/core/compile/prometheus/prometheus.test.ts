import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { goldenEstate } from './golden.fixture.ts';
import { compilePrometheus } from './index.ts';

const files = compilePrometheus(goldenEstate(), 'localhost:7070');

describe('compiling to Prometheus', () => {
  test.each(files.map(({ path, content }) => [path, content] as const))(
    '%s is as the golden file has it',
    async (path, content) => {
      await expect(content).toMatchFileSnapshot(`./golden/northsea/${path}`);
    },
  );

  test('every record that a rule reads is recorded by the same group', () => {
    const rules = parse(files.find(({ path }) => path.startsWith('rules/'))?.content ?? '');
    for (const group of rules.groups as { rules: { record?: string; expr: string }[] }[]) {
      const recorded = new Set(group.rules.flatMap(({ record }) => record ?? []));
      const read = group.rules.flatMap(({ expr }) => expr.match(/plimsoll:\w+:\w+/g) ?? []);
      expect(read.filter((name) => !recorded.has(name))).toEqual([]);
    }
  });

  test('a total outage can reach every burn rule, also where the promise is loose', () => {
    const text = files.find(({ path }) => path.startsWith('rules/'))?.content ?? '';
    const thresholds = [...text.matchAll(/failure:ratio_\w+\{[^}]*\} > ([\d.]+)/g)].map(([, value]) => Number(value));
    expect(thresholds.length).toBeGreaterThan(20);
    expect(Math.max(...thresholds)).toBeLessThan(1);
  });
});
