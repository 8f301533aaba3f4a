/** What a route or command needs. `health` is all that an anonymous caller gets. */
export const permissions = [
  'health',
  'estate:read',
  'samples:read',
  'journeys:read',
  'journeys:run',
  'backups:read',
  'backups:run',
  'backups:prune',
  'drills:run',
  'findings:read',
  'alerts:read',
  'alerts:act',
  'alerts:send',
  'ledger:read',
  'lifecycle:change',
  'environments:act',
  'environments:restore',
  'access:manage',
  'own-account',
] as const;

export type Permission = (typeof permissions)[number];

/** Roles begun (IAM-02); later chapters add duties and conflicts. */
export const roles = {
  administrator: [...permissions],
  operator: [
    'health',
    'estate:read',
    'samples:read',
    'journeys:read',
    'journeys:run',
    'backups:read',
    'backups:run',
    'backups:prune',
    'drills:run',
    'findings:read',
    'alerts:read',
    'alerts:act',
    'alerts:send',
    'ledger:read',
    'lifecycle:change',
    'environments:act',
    'own-account',
  ],
  auditor: ['health', 'estate:read', 'backups:read', 'findings:read', 'alerts:read', 'ledger:read', 'own-account'],
  viewer: [
    'health',
    'estate:read',
    'samples:read',
    'journeys:read',
    'backups:read',
    'findings:read',
    'alerts:read',
    'own-account',
  ],
  anonymous: ['health'],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type Role = keyof typeof roles;

/** Whether whoever has the role `own` may make others `granted`: never a role that holds something they do not hold. */
export function mayGrant(own: Role, granted: Role): boolean {
  return isPermitted(own, 'access:manage') && roles[granted].every((permission) => isPermitted(own, permission));
}

/** Whether the role holds the permission. */
export function isPermitted(role: Role, permission: Permission): boolean {
  return (roles[role] as readonly Permission[]).includes(permission);
}
