import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  askedTask,
  beatenTask,
  begunTask,
  cancelledTask,
  endedTask,
  forgottenAfterSeconds,
  isUnderWay,
  lostAfterSeconds,
  type RecoveryTask,
  secondsLeftOf,
  taskAsSeen,
} from './index.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00Z');
const anna = { kind: 'user', name: 'anna' } as const;
const asked = askedTask(
  { id: 'one', kind: 'restore', environment: 'acme', backup: null, target: null, requestedBy: anna },
  at,
);

/** What may happen to a task, in any order. */
const happenings: Readonly<Record<string, (task: RecoveryTask, now: Temporal.Instant) => RecoveryTask | undefined>> = {
  begin: begunTask,
  beat: (task, now) =>
    beatenTask(task, now, { progress: { step: 's', doneBytes: 1, totalBytes: 2, bytesPerSecond: 1 } }),
  passReturn: (task, now) => beatenTask(task, now, { isPastReturn: true }),
  succeed: (task, now) => endedTask(task, now, { state: 'succeeded', outcome: 'Done.' }),
  fail: (task, now) => endedTask(task, now, { state: 'failed', outcome: 'No.' }),
  cancel: (task, now) => {
    const answer = cancelledTask(task, anna, now);
    return answer.kind === 'asked' ? answer.task : undefined;
  },
  look: taskAsSeen,
};

const life = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.integer({ min: 0, max: lostAfterSeconds * 2 })),
  { maxLength: 30 },
);

function live(
  steps: readonly (readonly [string, number])[],
  check: (before: RecoveryTask, what: string, after: RecoveryTask | undefined) => void,
) {
  let task = asked;
  let now = at;
  for (const [what, seconds] of steps) {
    now = now.add({ seconds });
    const after = happenings[what]?.(task, now);
    check(task, what, after);
    task = after ?? task;
  }
}

describe('the life of a piece of recovery work', () => {
  test('whatever happens in whatever order, it has an end exactly when it is not under way', () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, (_before, _what, after) => {
          if (after !== undefined) expect(after.endedAt === null).toBe(isUnderWay(after));
        }),
      ),
    );
  });

  test('one that succeeded or was cancelled stays so', () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, (before, _what, after) => {
          if (before.state === 'succeeded' || before.state === 'cancelled') expect(after ?? before).toEqual(before);
        }),
      ),
    );
  });

  test('who asked is never forgotten, and a wish to cancel is never taken back nor crossed by the point of no return', () => {
    fc.assert(
      fc.property(life, (steps) =>
        live(steps, (before, _what, after) => {
          expect(after?.requestedBy ?? anna).toEqual(anna);
          if (before.cancelAskedBy === null || after === undefined) return;
          expect(after.cancelAskedBy).toEqual(before.cancelAskedBy);
          expect(after.isPastReturn).toBe(before.isPastReturn);
        }),
      ),
    );
  });

  test('only what runs gives signs of life, and one taken for lost that gives one runs', () => {
    expect(beatenTask(asked, at)).toBeUndefined();
    const running = begunTask(asked, at) ?? asked;
    const lost = taskAsSeen(running, at.add({ seconds: lostAfterSeconds + 1 }));
    expect(lost).toMatchObject({ state: 'lost', outcome: expect.stringMatching(/sign of life/) });
    expect(beatenTask(lost, at)).toMatchObject({ state: 'running', endedAt: null, outcome: null });
  });
});

describe('what may be cancelled', () => {
  test('what waits or runs; not what has ended, nor what has put in place what it restored', () => {
    const running = begunTask(asked, at) ?? asked;
    expect(cancelledTask(asked, anna, at)).toMatchObject({ task: { state: 'cancelled' } });
    expect(cancelledTask(running, anna, at)).toMatchObject({ task: { state: 'running', cancelAskedBy: anna } });
    const past = beatenTask(running, at, { isPastReturn: true }) ?? running;
    expect(cancelledTask(past, anna, at)).toMatchObject({ reasons: [{ code: 'TASK_PAST_RETURN' }] });
    const ended = endedTask(running, at, { state: 'succeeded', outcome: null }) ?? running;
    expect(cancelledTask(ended, anna, at)).toMatchObject({ reasons: [{ code: 'TASK_ENDED' }] });
  });
});

describe('a process that was killed', () => {
  const running = begunTask(asked, at) ?? asked;
  const seenAfter = (seconds: number) => taskAsSeen(running, at.add({ seconds })).state;

  test('leaves work that is lost after the bound, and not before', () => {
    expect(seenAfter(lostAfterSeconds)).toBe('running');
    expect(seenAfter(lostAfterSeconds + 1)).toBe('lost');
  });

  test('whose clock was ahead leaves none that runs until that hour comes', () => {
    expect(seenAfter(-2 * 3_600)).toBe('lost');
    expect(seenAfter(-60)).toBe('running');
  });

  test('before it began leaves work that waits for hours, because a machine may be busy, and not for good', () => {
    expect(taskAsSeen(asked, at.add({ seconds: forgottenAfterSeconds })).state).toBe('waiting');
    expect(taskAsSeen(asked, at.add({ seconds: forgottenAfterSeconds + 1 }))).toMatchObject({
      state: 'lost',
      outcome: 'Nobody has begun it.',
    });
  });
});

test('the time left is said where bytes, their total and a rate are known', () => {
  expect(secondsLeftOf({ doneBytes: 20, totalBytes: 100, bytesPerSecond: 10 })).toBe(8);
  expect(secondsLeftOf({ doneBytes: 120, totalBytes: 100, bytesPerSecond: 10 })).toBe(0);
  for (const unknown of [{ totalBytes: null }, { doneBytes: null }, { bytesPerSecond: 0 }, { bytesPerSecond: null }]) {
    expect(secondsLeftOf({ doneBytes: 20, totalBytes: 100, bytesPerSecond: 10, ...unknown })).toBeNull();
  }
});
