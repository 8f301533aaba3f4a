import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AttachmentRow, formatAttachmentLine, parseAttachmentLine } from './attachment-line.ts';

const row: AttachmentRow = {
  id: 7,
  name: 'Invoice 1.pdf',
  model: 'account.move',
  record: 12,
  file: `a3/a3${'f'.repeat(38)}`,
};

test('an attachment comes back from its line, whatever its name holds, and the line is one line', () => {
  const whole = fc.maxSafeNat();
  const rows = fc.record({
    id: whole,
    name: fc.string({ unit: 'binary' }),
    model: fc.option(fc.string()),
    record: fc.option(whole),
    file: fc.string(),
  });
  fc.assert(
    fc.property(rows, (each) => {
      const line = formatAttachmentLine(each);
      expect(line).not.toContain('\n');
      expect(parseAttachmentLine(line)).toEqual(each);
    }),
  );
});

test.each([
  ['a cut line', formatAttachmentLine(row).slice(0, -3)],
  ['another list', '[1,2]'],
  ['an id that is none', '["7","a","b",1,"c"]'],
  ['a model that is none', '[7,"a",3,1,"c"]'],
  ['a record that is none', '[7,"a","b",1.5,"c"]'],
])('%s is none', (_, line) => {
  expect(parseAttachmentLine(line)).toBeUndefined();
});
