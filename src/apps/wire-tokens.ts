// Apart from wire-access.ts, because every command needs these and none of them what a server signs people in with.
export { randomToken, readOperatorToken } from '../adapters/access/keys.ts';
