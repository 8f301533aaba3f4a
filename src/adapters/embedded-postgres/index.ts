// PostgreSQL without installing PostgreSQL: the programs come from npm, the data lives in the state directory.
export { type EmbeddedPostgres, hasEmbedded, openEmbedded } from './embedded.ts';
