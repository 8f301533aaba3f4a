// What must be true of a restored Odoo, as questions to its database and what their answers mean.
export { businessInvariants } from './business.ts';
export { chooseInvariants } from './choose.ts';
export { type CountedWhen, judgeOrigin, judgeRowCounts, type Origin, rowCountsSql } from './content.ts';
export { judgeFilestore, type NamedFile, namedFilesSql, type RestoredFile } from './filestore.ts';
export { type Invariant, judgeInvariant, type Violation } from './invariant.ts';
export { type Identity, identitySql, judgeIdentity, neutralisedInvariants } from './neutralised.ts';
