import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../settings.ts';
import type { CliCommand } from '../command.ts';
import { createOutput } from '../output.ts';
import { calendarCommand } from './calendar.ts';
import { checkCommand } from './check.ts';
import { graphCommand } from './graph.ts';
import { initCommand } from './init.ts';

const northsea = join(import.meta.dirname, '../../../../examples/northsea');
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plimsoll-cli-'));
  await writeFile(join(root, 'estate.yaml'), 'kind: Estate\nname: broken\nfoo: 1\npassword: hunter2\n');
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function run(command: CliCommand, args: readonly string[], options: Readonly<Record<string, unknown>> = {}) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  const isJson = options['json'] === true;
  const output = createOutput({ isJson, hasColor: false, streams: { stdout: stream, stderr: stream } });
  const signal = new AbortController().signal;
  const code = await command.run(args, options, { settings: readSettings({}), output, signal });
  return { code, text: written.join('') };
}

describe('plimsoll check', () => {
  test('a sound estate exits with 0 and an empty list', async () => {
    const { code, text } = await run(checkCommand, [northsea], { json: true });
    expect(code).toBe(0);
    expect(JSON.parse(text)).toEqual({ diagnostics: [] });
  });

  test('errors exit with 1; the JSON has exactly the agreed keys', async () => {
    const { code, text } = await run(checkCommand, [root], { json: true });
    expect(code).toBe(1);
    const { diagnostics } = JSON.parse(text);
    expect(diagnostics.map((diagnostic: object) => Object.keys(diagnostic).toSorted())).toEqual(
      Array(3).fill(['code', 'column', 'file', 'hint', 'line', 'message', 'severity']),
    );
  });

  test('for people: the line with a mark under the place, and never the secret', async () => {
    const { text } = await run(checkCommand, [root]);
    expect(text).toContain('estate.yaml:3:1 error `foo` is not known (KEY_UNKNOWN)\n    3 | foo: 1\n        ^\n');
    expect(text).toContain('password: ********');
    expect(text).not.toContain('hunter2');
    expect(text).toContain('not sound: 3 errors, 0 warnings in 1 file');
  });

  test('a directory that is not there is a fault, which the program turns into exit code 2', async () => {
    await expect(run(checkCommand, [join(root, 'none')])).rejects.toMatchObject({ code: 'ESTATE_UNREADABLE' });
  });
});

describe('plimsoll calendar', () => {
  const options = { json: true, from: '2026-10-24', to: '2026-10-25', site: 'rotterdam-dc' };

  test('EST-10: lists UTC instants between two local days, both included', async () => {
    const { code, text } = await run(calendarCommand, [northsea], options);
    expect(code).toBe(0);
    expect(JSON.parse(text).events.map(({ name, at }: { name: string; at: string }) => [name, at])).toEqual([
      ['postnl-cutoff', '2026-10-24T17:30:00Z'],
      ['sunday-maintenance', '2026-10-25T00:00:00Z'],
    ]);
  });

  test('EST-10: says of a moment what is frozen, which peak is on and which cut-off comes next', async () => {
    const at = async (moment: string) => {
      const { text } = await run(calendarCommand, [northsea], { json: true, at: moment, site: 'rotterdam-dc' });
      return JSON.parse(text).moments;
    };
    expect(await at('2026-12-31T12:00')).toMatchObject([
      { at: '2026-12-31T11:00:00Z', site: 'rotterdam-dc', nextCutOff: { at: expect.stringContaining('2026-12-31T') } },
    ]);
    const days = await Promise.all(
      Array.from({ length: 31 }, (_, day) => at(`2026-12-${String(day + 1).padStart(2, '0')}T12:00`)),
    );
    expect(days.flat().some(({ isFrozen, reason }) => isFrozen && reason.includes('until'))).toBe(true);
    expect(days.flat().some(({ isFrozen }) => !isFrozen)).toBe(true);
    expect(days.flat().some(({ activePeak }) => activePeak !== null)).toBe(true);
  });

  test.each([
    [{ at: 'noon' }, 'SETTING_INVALID'],
    [{ from: 'soon' }, 'SETTING_INVALID'],
    [{ from: '2026-10-24', to: '2026-10-01' }, 'SETTING_INVALID'],
    [{ from: '2000-01-01', to: '2026-01-01' }, 'SETTING_INVALID'],
    [{ site: 'rotterdam' }, 'ELEMENT_UNKNOWN'],
  ])('%o is refused', async (given, code) => {
    await expect(run(calendarCommand, [northsea], given)).rejects.toMatchObject({ code });
  });

  test('an unknown site is answered with the nearest one, or with all there are', async () => {
    const asked = (site: string) => run(calendarCommand, [northsea], { site });
    await expect(asked('rotterdam-cd')).rejects.toThrow(
      '--site: no site rotterdam-cd is declared. Did you mean `rotterdam-dc`?',
    );
    await expect(asked('nowhere')).rejects.toThrow(/There are: .*rotterdam-dc/);
  });

  test('what it says last is of where the list begins, and not of now', async () => {
    const range = { from: '2026-12-31T12:00', to: '2027-01-02', site: 'rotterdam-dc' };
    const { text } = await run(calendarCommand, [northsea], range);
    expect(text).toContain('rotterdam-dc, 2026-12-31T12:00: ');
    const json = JSON.parse((await run(calendarCommand, [northsea], { ...range, json: true })).text);
    expect(json.moments[0].at).toBe('2026-12-31T11:00:00Z');
    expect((await run(calendarCommand, [northsea], { site: 'rotterdam-dc' })).text).toContain('rotterdam-dc, now: ');
  });

  test('an estate with errors has no calendar yet', async () => {
    await expect(run(calendarCommand, [root])).rejects.toMatchObject({ code: 'ESTATE_INVALID' });
  });
});

describe('plimsoll graph', () => {
  test('EST-07: --affects lists what breaks, as JSON', async () => {
    const { text } = await run(graphCommand, ['integration/dhl'], { json: true, affects: true, estate: northsea });
    const answer = JSON.parse(text);
    expect(Object.keys(answer)).toEqual(['element', 'affects']);
    expect(answer.affects.map(({ id }: { id: string }) => id)).toContain('service/shipment-confirmation');
  });

  test('an element that is not there gets suggestions', async () => {
    const asked = run(graphCommand, ['dhll'], { estate: northsea });
    await expect(asked).rejects.toMatchObject({ code: 'ELEMENT_UNKNOWN', message: /integration\/dhl/ });
  });
});

describe('plimsoll graph, asked for what nothing resembles', () => {
  test('names what there is', async () => {
    const asked = run(graphCommand, ['nothing-like-it'], { estate: northsea });
    await expect(asked).rejects.toMatchObject({ message: /there are: .*environment\/acme-prod/ });
  });
});

describe('plimsoll init', () => {
  test('writes an estate that checks clean, once', async () => {
    const directory = join(root, 'new');
    const options = { yes: true, json: true, name: 'fresh', cutOff: '16:45' };
    expect(JSON.parse((await run(initCommand, [directory], options)).text).files).toContain('estate.yaml');
    expect((await run(checkCommand, [directory], { json: true })).text).toContain('"diagnostics": []');
    await expect(run(initCommand, [directory], options)).rejects.toMatchObject({ code: 'ESTATE_EXISTS' });
  });

  test('an answer that cannot be used names its option', async () => {
    const asked = run(initCommand, [join(root, 'other')], { yes: true, timezone: 'Mars' });
    await expect(asked).rejects.toMatchObject({ code: 'SETTING_INVALID', message: /--timezone/ });
  });
});
