import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../core/kernel/index.ts';
import type { SeedDeadline } from '../../core/provision/index.ts';
import type { OdooRunner } from './odoo-run.ts';
import type { StepContext } from './progress.ts';

/** The Python programs that fill a database, shipped beside this file. */
export const seedDirectory = join(import.meta.dirname, 'seed');

/** Runs one of the seed programs in Odoo's shell and answers what it printed. */
async function runSeed(
  odoo: OdooRunner,
  request: { readonly database: string; readonly program: string; readonly parameters?: unknown },
  context: StepContext,
): Promise<readonly string[]> {
  const input = await readFile(join(seedDirectory, request.program), 'utf8');
  // Odoo's shell reads a program from standard input and stops at its first error.
  return odoo(
    {
      verb: 'shell',
      database: request.database,
      args: ['--log-level=error'],
      input,
      environment: request.parameters === undefined ? {} : { PLIMSOLL_SEED: JSON.stringify(request.parameters) },
      timeoutSeconds: 600,
    },
    context,
  );
}

/** Creates the database from nothing, with its modules, routes, goods and people: the long way, about two minutes. */
export async function installLogistics(
  odoo: OdooRunner,
  { database, modules }: { readonly database: string; readonly modules: readonly string[] },
  context: StepContext,
): Promise<void> {
  const args = [`--init=${modules.join(',')}`, '--stop-after-init', '--without-demo', '--log-level=info'];
  await odoo({ verb: 'server', database, args, timeoutSeconds: 1_200 }, context);
  context.report({ ratio: 1, detail: 'routes, goods, people and a carrier' });
  const lines = await runSeed(odoo, { database, program: 'base.py' }, context);
  if (!lines.includes('PLIMSOLL-BASE-DONE')) throw seedFault(lines);
}

function seedFault(lines: readonly string[]): Fault {
  return new Fault('COMMAND_FAILED', `Odoo could not seed the database: ${lines.at(-1) ?? ''}`, {
    details: { lastLines: lines.slice(-12).join('\n') },
  });
}

const seedAnswer = z.strictObject({
  apiKey: z.string().min(20),
  orders: z.number(),
  openPickings: z.number(),
  donePickings: z.number(),
});

/** What seeding an environment gave. */
export type SeedAnswer = z.infer<typeof seedAnswer>;

/** Gives a copy of the prepared database its own identity, passwords, API key and work for today. */
export async function seedEnvironment(
  odoo: OdooRunner,
  request: {
    readonly database: string;
    readonly deadlines: readonly SeedDeadline[];
    readonly warehouses: readonly string[];
    readonly orders: number;
    readonly adminPassword: string;
    readonly seed: number;
  },
  context: StepContext,
): Promise<SeedAnswer> {
  context.report({ detail: `${request.orders} orders with deadlines at the next cut-offs` });
  const parameters = {
    deadlines: request.deadlines.map(({ at, warehouse }) => ({
      at: at.toString({ smallestUnit: 'second' }).slice(0, 19).replace('T', ' '),
      warehouse: warehouse ?? null,
    })),
    warehouses: request.warehouses,
    orders: request.orders,
    adminPassword: request.adminPassword,
    seed: request.seed,
  };
  const lines = await runSeed(odoo, { database: request.database, program: 'environment.py', parameters }, context);
  const answer = lines.find((line) => line.startsWith('PLIMSOLL-SEED '));
  if (answer === undefined) throw seedFault(lines);
  return seedAnswer.parse(JSON.parse(answer.slice('PLIMSOLL-SEED '.length)));
}
