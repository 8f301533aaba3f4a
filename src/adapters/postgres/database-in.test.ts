import { expect, test } from 'vitest';
import { databaseIn } from './database-in.ts';

test.each([
  ['postgres://odoo:p@127.0.0.1:5432/acme', 'acme'],
  ['postgresql://odoo@db.example/acme?sslmode=require', 'acme'],
  ['postgres://one,two:5433/acme', 'acme'],
  [`postgres://odoo@[::1]/${encodeURIComponent(`w "d"=; $(touch x)' -- ü/%`)}`, `w "d"=; $(touch x)' -- ü/%`],
  ['postgres://odoo@db/50%off', '50%off'],
  ['postgres://odoo@db', undefined],
  ['postgres://odoo@db/?host=/run', undefined],
])('the database of %s', (url, database) => {
  expect(databaseIn(url)).toEqual(database === undefined ? {} : { database });
});
