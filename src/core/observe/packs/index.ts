// SQL packs: per Odoo major, one query per indicator, as data. 19 is proven on the real one; 14 to 18 follow the published schemas.
export type { FactQuery, IndicatorQuery, OdooMajor } from './indicator.ts';
export { odooMajors } from './indicator.ts';
export { choosePack, odooMajorOf, type SqlPack, sqlPacks, unprovenNote, versionSql } from './pack.ts';
export { type PublishedColumn, publishedColumns, publishedIn } from './published.ts';
export { syntheticCompanyName } from './synthetic.ts';
