// Who may do what.
export { isPermitted, mayGrant, type Permission, permissions, type Role, roles } from './permissions.ts';
