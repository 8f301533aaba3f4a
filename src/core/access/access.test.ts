import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPermitted, mayGrant, permissions, type Role, roles } from './index.ts';

const role = fc.constantFrom(...(Object.keys(roles) as Role[]));

/** Follows grants: whoever is made something may make others something in turn. */
function reachable(from: Role, may: (own: Role, granted: Role) => boolean): readonly Role[] {
  const found = new Set<Role>([from]);
  for (const own of found) for (const each of Object.keys(roles) as Role[]) if (may(own, each)) found.add(each);
  return [...found];
}

describe('giving roles to others (IAM-02)', () => {
  test('nobody reaches a permission they do not hold, over however many people', () => {
    fc.assert(
      fc.property(role, fc.constantFrom(...permissions), (own, permission) => {
        const gained = reachable(own, mayGrant).some((each) => isPermitted(each, permission));
        expect(gained).toBe(isPermitted(own, permission));
      }),
    );
  });

  test('without the comparison of roles a viewer would reach everything', () => {
    const all = reachable('viewer', () => true);
    expect(all).toContain('administrator');
  });

  test('only who manages access may give any role', () => {
    expect(mayGrant('administrator', 'administrator')).toBe(true);
    expect(mayGrant('operator', 'viewer')).toBe(false);
    expect(mayGrant('anonymous', 'anonymous')).toBe(false);
  });
});
