import { format, inspect } from 'node:util';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { createSecret } from './index.ts';

const value = 'hunter2-f00';
const secret = createSecret('env:ACME_API_KEY', value);

describe('a secret cannot be printed by accident', () => {
  test.each<[string, string]>([
    ['a template', `${secret}`],
    ['concatenation', `key: ${String(secret)}`],
    ['JSON', JSON.stringify({ connection: { secret } })],
    ['the inspector', inspect({ connection: { secret } }, { depth: 9, showHidden: true })],
    ['a console format', format('%s %o %j', secret, secret, secret)],
    ['its own properties', Object.values(secret).map(String).join()],
  ])('through %s', (_way, text) => {
    expect(text).not.toContain(value);
  });

  test('through the logger, which names where it came from instead', () => {
    const lines: string[] = [];
    pino({}, { write: (line: string) => lines.push(line) }).info({ secret, nested: { secret } }, 'using %s', secret);
    expect(lines.join()).not.toContain(value);
    expect(lines.join()).toContain('[secret env:ACME_API_KEY]');
  });

  test('only reveal answers the value (a plain object would have leaked it)', () => {
    expect(secret.reveal()).toBe(value);
    expect(JSON.stringify({ value })).toContain(value);
  });
});
