// Who may do what.
export { isPermitted, type Permission, permissions, type Role, roles } from './permissions.ts';
