import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createJsonWriter } from './json-writer.ts';

const json = fc.jsonValue({ maxDepth: 3 });
const member = fc.tuple(json, fc.boolean()).map(([value, isFrozen]) => (isFrozen ? Object.freeze(value) : value));
const field = fc.oneof(json, fc.array(member), fc.constant(undefined));
const answers = fc.array(fc.dictionary(fc.string(), field), { minLength: 1, maxLength: 3 });

describe('answers are written', () => {
  test('as JSON.stringify writes them, the first time and again', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const write = createJsonWriter();
        for (const answer of [...given, ...given]) expect(write(answer)).toBe(JSON.stringify(answer));
      }),
    );
  });

  test('with the text of what is frozen kept, and of nothing else', () => {
    let written = 0;
    const counting = (): object => ({
      toJSON: () => {
        written += 1;
        return {};
      },
    });
    const write = createJsonWriter();
    const [kept, loose] = [Object.freeze(counting()), counting()];
    for (let round = 0; round < 3; round += 1) write({ items: [kept, loose] });
    expect(written).toBe(1 + 3);
  });
});
