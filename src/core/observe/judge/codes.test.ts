import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { healthCodes } from './codes.ts';

test('OPM-07: every code that a rule can give is in the list of what is watched, and no other', () => {
  const rules = readdirSync(import.meta.dirname).filter((name) => /^[a-z]+\.ts$/.test(name) && name !== 'codes.ts');
  const text = rules.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
  const literal = [...text.matchAll(/(?:code: |\? |: |, )'([A-Z]+(?:_[A-Z]+)+)'/g)].map((match) => match[1] ?? '');
  const made = ['ODOO_CRON_DOWN'];
  // Codes of faults that a report carries, and of findings that are notes, are no verdict on health.
  const others = ['ODOO_DATABASE_UNREACHABLE', 'REDIS_DENIED', 'REDIS_UNREACHABLE', 'INDICATOR_UNREAD'];
  const given = new Set([...literal, ...made].filter((code) => !others.includes(code)));
  expect([...given].toSorted()).toEqual([...healthCodes].toSorted());
});
