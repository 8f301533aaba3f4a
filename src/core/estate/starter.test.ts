import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEstate } from './parse.ts';
import { checkAnswer, starterDefaults, starterEstate } from './starter.ts';

describe('the starting estate of plimsoll init', () => {
  test('checks clean for every set of good answers', () => {
    const answers = fc.record({
      name: fc.constantFrom('northsea', 'a', 'x-1'),
      site: fc.constantFrom('rotterdam-dc', '1', 'true', 'null'),
      timezone: fc.constantFrom('Europe/Amsterdam', 'Asia/Kolkata', 'Etc/GMT+3', 'UTC'),
      odoo: fc.constantFrom('14', '16.0', '19.0'),
      url: fc.constantFrom(
        'http://127.0.0.1:8069',
        'https://erp.example.com/',
        'https://[::1]:8443',
        'https://müller.example',
      ),
      database: fc.constantFrom('production', 'acme-19.0', '2026', 'null'),
      platform: fc.constantFrom('host', 'compose', 'kubernetes'),
      cutOff: fc
        .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
        .map((time) => time.map((part) => String(part).padStart(2, '0')).join(':')),
    });
    fc.assert(
      fc.property(answers, (given) => {
        for (const [key, text] of Object.entries(given)) {
          expect(checkAnswer(key as keyof typeof given, text)).toBeUndefined();
        }
        const { estate, diagnostics } = parseEstate(starterEstate(given));
        expect(diagnostics).toEqual([]);
        expect(estate?.sites[0]?.timezone).toBe(given.timezone);
        expect(estate?.environments[0]?.odoo.database).toBe(given.database);
        expect(estate?.environments[0]?.connect.odoo?.url).toEqual(expect.stringMatching(/^https?:.*[^/]$/));
      }),
    );
  });

  test.each([
    ['name', 'My Estate'],
    ['site', ''],
    ['timezone', 'Amsterdam'],
    ['odoo', '13.0'],
    ['url', 'erp.example.com'],
    ['url', 'https://admin:secret@erp.example.com'],
    ['url', 'file:///etc/passwd'],
    ['database', 'acme; drop'],
    ['platform', 'docker'],
    ['cutOff', '25:00'],
    ['cutOff', '17:00\nkind: x'],
  ] as const)('%s %o is refused in words', (key, text) => {
    expect(checkAnswer(key, text)).toMatch(/\w/);
  });

  test('the defaults are good answers', () => {
    expect(parseEstate(starterEstate(starterDefaults)).diagnostics).toEqual([]);
  });
});
