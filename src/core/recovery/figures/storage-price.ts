import { z } from 'zod';
import type { Estate } from '../../estate/index.ts';

const book = z.object({
  currency: z.string(),
  validFrom: z.string().optional(),
  prices: z.array(z.object({ item: z.string(), unit: z.string(), price: z.number() })),
});

/** What a GiB of stored backups costs a month, as a PriceBook says it. */
export interface StoragePrice {
  readonly currency: string;
  readonly perGibMonth: number;
}

/** The price of `object-storage` per `GiB-month`, from the newest PriceBook that is valid; `undefined` where none has one. */
export function storagePrice(estate: Pick<Estate, 'others'>, today: Temporal.PlainDate): StoragePrice | undefined {
  const prices = (estate.others['PriceBook'] ?? []).flatMap((declared) => {
    const parsed = book.safeParse(declared);
    if (!parsed.success) return [];
    const { currency, validFrom = '0000-01-01', prices: items } = parsed.data;
    const found = items.find(({ item, unit }) => item === 'object-storage' && unit === 'GiB-month');
    if (found === undefined || validFrom > today.toString()) return [];
    return [{ currency, perGibMonth: found.price, validFrom }];
  });
  const newest = prices.toSorted((a, b) => a.validFrom.localeCompare(b.validFrom)).at(-1);
  return newest === undefined ? undefined : { currency: newest.currency, perGibMonth: newest.perGibMonth };
}
