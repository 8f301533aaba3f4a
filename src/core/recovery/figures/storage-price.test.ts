import { expect, test } from 'vitest';
import { estateWith } from '../test-estate.ts';
import { storagePrice } from './storage-price.ts';

const today = Temporal.PlainDate.from('2026-06-10');
const book = (name: string, from: string, item: string, price: number): string =>
  `---\nkind: PriceBook\nname: ${name}\ncurrency: EUR\nvalidFrom: ${from}\nprices: [{ item: ${item}, unit: GiB-month, price: ${price} }]\n`;

test('the newest price that is valid counts, and without one there is no cost (OBJ-04)', () => {
  const books = book('old', '2025-01-01', 'object-storage', 0.03) + book('new', '2026-01-01', 'object-storage', 0.02);
  const later = book('later', '2027-01-01', 'object-storage', 0.01);
  expect(storagePrice(estateWith('', books + later), today)).toEqual({ currency: 'EUR', perGibMonth: 0.02 });
  expect(storagePrice(estateWith('', book('other', '2026-01-01', 'cpu', 9)), today)).toBeUndefined();
  expect(storagePrice(estateWith(''), today)).toBeUndefined();
});
