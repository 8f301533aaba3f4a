import { describe, expect, test } from 'vitest';
import { nextStates, type SeenHealth, transition, transitionAfterLook } from './lifecycle.ts';
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

describe('EST-11: what a look moves by itself', () => {
  const healths = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
  const looks: readonly SeenHealth[] = healths.flatMap((business) =>
    healths.map((infrastructure) => ({ business, infrastructure })),
  );

  test('what is requested is provisioned once it was seen, however it does', () => {
    for (const look of looks) {
      const to = look.infrastructure === 'unknown' ? undefined : 'provisioned';
      expect(transitionAfterLook('requested', look)?.to, JSON.stringify(look)).toBe(to);
    }
  });

  test('what is provisioned is active once its business was healthy on an infrastructure that carries it', () => {
    const activating = looks.filter((look) => transitionAfterLook('provisioned', look)?.to === 'active');
    expect(activating).toEqual([
      { business: 'healthy', infrastructure: 'healthy' },
      { business: 'healthy', infrastructure: 'degraded' },
    ]);
  });

  test('nothing else moves: not what a person suspended or retired, and nothing back because it is ill', () => {
    for (const from of [undefined, 'active', 'suspended', 'retired'] as const) {
      for (const look of looks) expect(transitionAfterLook(from, look)).toBeUndefined();
    }
  });

  test('every move that a look makes is a legal one', () => {
    for (const from of states) {
      for (const look of looks) {
        const moved = transitionAfterLook(from, look);
        if (moved !== undefined) expect(transition(from, moved.to)).toMatchObject({ kind: 'transition' });
      }
    }
  });
});
