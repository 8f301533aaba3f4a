// Plimsoll's own PostgreSQL: the pool, the migrations and the store on it.
export { inTransaction, openPool, type Sql, translateStoreError } from './connect.ts';
export { createCoordination } from './coordination.ts';
export { eventChannel } from './events.ts';
export { sha256Hex } from './ledger.ts';
export { migrate, readMigrations } from './migrate.ts';
export { createPostgresSampleStore } from './samples.ts';
export { createPostgresStore } from './store.ts';
