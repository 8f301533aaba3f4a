import { Fault, type Secret } from '../../core/kernel/index.ts';
import type { OdooDatabase } from '../../ports/odoo-database.ts';
import { createPostgresOdooDatabase } from './postgres-odoo-database.ts';

/**
 * Opens the database at its first question, and anew after it was lost: a rotated password counts from then on. A secret
 * that cannot be resolved is a fault of the question, so that it shows as unknown instead of hiding everything else.
 */
export function createLazyOdooDatabase(resolveUrl: () => Promise<Secret>): OdooDatabase {
  let opened: Promise<OdooDatabase> | undefined;
  const forget = async (): Promise<void> => {
    const old = opened;
    opened = undefined;
    await old?.then((database) => database.close()).catch(() => {});
  };
  return {
    query: async (text, values, options) => {
      opened ??= resolveUrl().then((url) => createPostgresOdooDatabase({ url }));
      try {
        return await (await opened).query(text, values, options);
      } catch (error) {
        const isLost =
          !(error instanceof Fault) || ['ODOO_DATABASE_UNREACHABLE', 'SECRET_UNRESOLVED'].includes(error.code);
        if (isLost) await forget();
        throw error;
      }
    },
    close: forget,
  };
}
