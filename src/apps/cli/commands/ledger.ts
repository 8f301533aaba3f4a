import { z } from 'zod';
import type { LedgerEntry } from '../../../core/ledger/index.ts';
import { verifyLedger } from '../../../workflows/verify-ledger.ts';
import { hash, openStore } from '../../wire-store.ts';
import type { CliCommand, CliGroup, CommandContext } from '../command.ts';

const limitForm = 'a whole number from 1 to 10000';
const limit = z.coerce.number(limitForm).int(limitForm).min(1, limitForm).max(10_000, limitForm);
const tailOptions = z.object({ limit, subject: z.string().optional() });

async function withStore<Answer>(
  { settings }: CommandContext,
  work: (opened: Awaited<ReturnType<typeof openStore>>) => Promise<Answer>,
): Promise<Answer> {
  const opened = await openStore(settings, 'share');
  return work(opened).finally(() => opened.close());
}

function lineOf(entry: LedgerEntry): string {
  const at = entry.at.toString({ fractionalSecondDigits: 0 });
  return `${entry.sequence}\t${at}\t${entry.actor.name}\t${entry.type}\t${entry.subject}\t${JSON.stringify(entry.data)}`;
}

const tail: CliCommand = {
  usage: 'tail',
  summary: 'Print the last entries of the ledger, newest last',
  effect: 'read-only',
  examples: ['ledger tail', 'ledger tail --limit 100 --subject environment/acme-prod', 'ledger tail --json'],
  configure: (command) => {
    command.option('--limit <number>', 'how many', '20').option('--subject <subject>', 'only about this');
  },
  run: (_args, rawOptions, context) => {
    const options = tailOptions.parse(rawOptions);
    return withStore(context, async ({ store }) => {
      const entries = await store.ledger.tail(options);
      context.output.json({ entries: entries.map((entry) => ({ ...entry, at: entry.at.toString() })) });
      for (const entry of entries) context.output.line(lineOf(entry));
      return 0;
    });
  },
};

const verify: CliCommand = {
  usage: 'verify',
  summary: 'Recompute the whole chain and say whether it holds; exit code 1 where it does not',
  effect: 'read-only',
  examples: ['ledger verify', 'ledger verify --json'],
  run: (_args, _options, context) =>
    withStore(context, async ({ store }) => {
      const { output } = context;
      const { broken, entryCount, head } = await verifyLedger(store, hash, (count) => {
        if (output.isInteractive && count % 100_000 === 0) output.note(`${count} entries …`);
      });
      const isIntact = broken === undefined;
      output.json({
        isIntact,
        entryCount,
        firstBrokenSequence: broken?.sequence ?? null,
        problem: broken?.problem ?? null,
        head: isIntact ? head.hash : null,
      });
      if (broken === undefined) output.line(`intact: ${entryCount} entries, head ${head.hash}`);
      else output.line(`${output.style('red', 'broken')} at entry ${broken.sequence}: ${broken.problem}`);
      return isIntact ? 0 : 1;
    }),
};

/** `plimsoll ledger`: reads the database itself, so that it needs no server and trusts none. */
export const ledgerGroup: CliGroup = {
  name: 'ledger',
  summary: 'The tamper-evident record of every fact and action',
  commands: [tail, verify],
};
