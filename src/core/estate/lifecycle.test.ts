import { describe, expect, test } from 'vitest';
import { nextStates, transition } from './lifecycle.ts';
import type { LifecycleState } from './model.ts';

const states: readonly LifecycleState[] = ['requested', 'provisioned', 'active', 'suspended', 'retired'];
const legal = [
  'requested provisioned',
  'requested retired',
  'provisioned active',
  'provisioned retired',
  'active suspended',
  'active retired',
  'suspended active',
  'suspended retired',
];

describe('EST-11: the lifecycle of an environment', () => {
  test.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
    const answer = transition(from, to);
    if (legal.includes(`${from} ${to}`)) expect(answer).toEqual({ kind: 'transition', from, to });
    else
      expect(answer).toMatchObject({
        kind: 'refused',
        reasons: [{ message: expect.any(String), hint: expect.any(String) }],
      });
  });

  test('a retired environment does not come back, and the refusal says what to do instead', () => {
    expect(transition('retired', 'active')).toEqual({
      kind: 'refused',
      reasons: [
        {
          code: 'LIFECYCLE_RETIRED',
          message: 'a retired environment cannot become active',
          hint: 'Declare a new environment under another name, and restore a backup into it.',
        },
      ],
    });
  });

  test('what was never heard of can only be requested', () => {
    expect(nextStates(undefined)).toEqual(['requested']);
    expect(transition(undefined, 'requested')).toMatchObject({ kind: 'transition' });
    expect(transition(undefined, 'active')).toMatchObject({ kind: 'refused' });
  });

  test('every state reaches retired, and nothing leaves it', () => {
    for (const state of states.slice(0, -1)) expect(nextStates(state)).toContain('retired');
    expect(nextStates('retired')).toEqual([]);
  });
});
