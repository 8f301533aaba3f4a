import { describe, expect, test } from 'vitest';
import type { Coordination } from './coordination.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');

/** What every coordination promises; `create` answers a fresh one. */
export function describeCoordination(name: string, create: () => Promise<Coordination>): void {
  describe(`the coordination contract: ${name}`, () => {
    test('a slot is begun once, whoever tries and however many at once', async () => {
      const shared = await create();
      const tries = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => shared.beginSlot('w', 7, holder, at)));
      expect(tries.filter(Boolean)).toHaveLength(1);
      expect(await shared.beginSlot('w', 7, 'e', at)).toBe(false);
    });

    test('an earlier slot is never begun after a later one, and another work is its own', async () => {
      const shared = await create();
      expect(await shared.beginSlot('w', 8, 'a', at)).toBe(true);
      expect(await shared.beginSlot('w', 7, 'a', at)).toBe(false);
      expect(await shared.beginSlot('v', 7, 'a', at)).toBe(true);
    });

    test('a lease has one holder until it expires or is given up', async () => {
      const shared = await create();
      const until = at.add({ seconds: 30 });
      expect(await shared.takeLease('l', 'a', at, until)).toBe(true);
      expect(await shared.takeLease('l', 'b', at.add({ seconds: 29 }), until)).toBe(false);
      expect(await shared.takeLease('l', 'a', at.add({ seconds: 29 }), until.add({ seconds: 5 }))).toBe(true);
      expect(await shared.takeLease('l', 'b', until, until.add({ seconds: 60 }))).toBe(false);
      expect(await shared.takeLease('l', 'b', until.add({ seconds: 5 }), until.add({ seconds: 60 }))).toBe(true);
      await shared.releaseLeases('b');
      expect(await shared.takeLease('l', 'c', until, until.add({ seconds: 60 }))).toBe(true);
    });

    test('what a clock that was days ahead has left holds nobody up; one that is a minute ahead is believed', async () => {
      const shared = await create();
      const ahead = at.add({ hours: 48 });
      await shared.beginSlot('w', 900, 'a', ahead);
      await shared.takeLease('observe/l', 'a', ahead, ahead.add({ seconds: 30 }));
      expect(await shared.liveLeases('observe/', at)).toEqual([]);
      expect(await shared.beginSlot('w', 8, 'b', at)).toBe(true);
      expect(await shared.beginSlot('w', 8, 'c', at)).toBe(false);
      expect(await shared.takeLease('observe/l', 'b', at, at.add({ seconds: 30 }))).toBe(true);
      expect(await shared.takeLease('observe/l', 'a', at, at.add({ seconds: 30 }))).toBe(false);
      const soon = at.add({ seconds: 60 });
      await shared.beginSlot('v', 9, 'a', soon);
      expect(await shared.beginSlot('v', 8, 'b', at)).toBe(false);
      await shared.takeLease('observe/m', 'a', soon, soon.add({ seconds: 30 }));
      expect(await shared.takeLease('observe/m', 'b', at, at.add({ seconds: 30 }))).toBe(false);
    });

    test('the leases that are alive can be listed, and one can be given up', async () => {
      const shared = await create();
      const until = at.add({ seconds: 30 });
      await shared.takeLease('observe/b', 'me', at, until);
      await shared.takeLease('observe/a', 'you', at, until);
      await shared.takeLease('observe/c', 'me', at, at.add({ seconds: 5 }));
      await shared.takeLease('controller/me', 'me', at, until);
      expect(await shared.liveLeases('observe/', at.add({ seconds: 10 }))).toEqual([
        { name: 'observe/a', holder: 'you' },
        { name: 'observe/b', holder: 'me' },
      ]);
      await shared.releaseLease('observe/a', 'me');
      await shared.releaseLease('observe/b', 'me');
      expect(await shared.liveLeases('observe/', at)).toMatchObject([{ name: 'observe/a' }, { name: 'observe/c' }]);
    });
  });
}
