import { Fault } from '../../../core/kernel/index.ts';
import { checkKeys, createKeys, dropKey, keysInUse, listKeys, rotateKey } from '../../wire-keys.ts';
import { recordRecoveryKey } from '../../wire-recovery-key.ts';
import { openPublishingStore } from '../../wire-store.ts';
import type { CliCommand, CliGroup, CommandContext, CommandOptions } from '../command.ts';
import { demandConsent } from '../consent.ts';
import { estateFrom, estateOption } from '../estate-option.ts';

const repositoryOption = ['--repository <name>', 'which Repository of the estate (default: the only one)'] as const;

async function repositoryFrom(options: CommandOptions, { settings }: CommandContext) {
  const { name, repositories } = await estateFrom(options, settings);
  const wanted = options['repository'];
  const found = repositories.filter((repository) => wanted === undefined || repository.name === wanted);
  const [repository] = found;
  if (repository !== undefined && found.length === 1) return repository;
  const names = repositories.map((each) => each.name).join(', ');
  throw new Fault(
    'SETTING_INVALID',
    `Name one Repository of ${name} with --repository; there are: ${names || 'none'}.`,
  );
}

function wholeNumber(value: unknown, option: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 100_000) return number;
  throw new Fault('SETTING_INVALID', `${option} ${String(value)} is not a whole number from 1 to 100000`);
}

const create: CliCommand = {
  usage: 'create',
  summary: 'Create the keys that a Repository names and that do not exist yet',
  effect: 'changes',
  examples: ['backup keys create', 'backup keys create --repository vault'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run(_args, options, context) {
    const { output, settings } = context;
    const { made, recovery } = await createKeys(await repositoryFrom(options, context), settings);
    output.json({ made, recovery: recovery ?? null });
    for (const file of made) output.line(`${output.style('green', 'created')} ${file}`);
    if (made.length === 0) output.line('Every key that the Repository names is there.');
    if (recovery !== undefined) {
      output.line('');
      output.line(
        `${recovery} opens every backup. Move it to a safe place off this machine, and try it there from time to time:`,
      );
      output.line('  plimsoll backup keys check --with file:/path/to/recovery-identity');
    }
    return 0;
  },
};

const list: CliCommand = {
  usage: 'list',
  summary: 'Show which keys seal, open and sign, by their ids; never a key itself',
  effect: 'read-only',
  examples: ['backup keys list', 'backup keys list --json'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run(_args, options, context) {
    const { output, settings } = context;
    const keys = await listKeys(await repositoryFrom(options, context), settings);
    output.json({ keys });
    for (const { purpose, id, where } of keys) output.line(`${purpose.padEnd(9)} ${id}  ${output.style('dim', where)}`);
    return 0;
  },
};

const check: CliCommand = {
  usage: 'check',
  summary: 'Prove that the keys seal, open and sign, and that they open the backups there are',
  effect: 'changes',
  examples: ['backup keys check', 'backup keys check --with file:/media/vault/recovery-identity'],
  configure: (command) =>
    command
      .option(...estateOption)
      .option(...repositoryOption)
      .option('--with <reference>', 'try this identity instead of the declared one, as env:NAME or file:/path')
      .option('--sample <number>', 'how many pieces, chosen at random, are opened', '32'),
  async run(_args, options, context) {
    const { output, settings } = context;
    const given = options['with'];
    const repository = await repositoryFrom(options, context);
    const identity = typeof given === 'string' ? given : undefined;
    const checks = await checkKeys(repository, settings, {
      identity,
      sample: wholeNumber(options['sample'], '--sample'),
    });
    const isGood = checks.every(({ isPassed }) => isPassed);
    const recorded =
      isGood && identity !== undefined
        ? await recordRecoveryKey(repository, identity, checks.length, settings)
        : undefined;
    output.json({ isGood, checks, recorded: recorded ?? null });
    for (const { isPassed, what, detail } of checks) {
      output.line(`${isPassed ? output.style('green', 'passed') : output.style('red', 'failed')}  ${what}: ${detail}`);
    }
    if (recorded !== undefined) output.line(recorded.said);
    return isGood ? 0 : 1;
  },
};

const rotate: CliCommand = {
  usage: 'rotate',
  summary: 'Seal what is written from now on to a new key; what there is stays readable with the old one',
  effect: 'changes',
  examples: ['backup keys rotate', 'backup keys rotate --signing', 'backup keys rotate --keep-old --json'],
  configure: (command) =>
    command
      .option(...estateOption)
      .option(...repositoryOption)
      .option('--signing', 'a new key that signs, instead of one to seal to')
      .option('--keep-old', 'seal to the old key as well, for as long as both are current'),
  async run(_args, options, context) {
    const { output, settings } = context;
    const repository = await repositoryFrom(options, context);
    const kind = options['signing'] === true ? 'sign' : 'seal';
    const opened = await openPublishingStore(settings, 'share');
    try {
      const how = { kind, retire: options['keepOld'] !== true, store: opened.store } as const;
      const { made, replaced } = await rotateKey(repository, settings, how);
      output.json({ repository: repository.name, kind, key: made.id, publicKey: made.publicKey.trim(), replaced });
      const verb = kind === 'seal' ? 'seals to' : 'signs with';
      output.line(`${output.style('green', 'rotated')}: ${repository.name} ${verb} ${made.id} from now on`);
      for (const id of replaced) output.line(`  before: ${id}`);
      output.line(
        kind === 'seal'
          ? '  Keep a copy of the identity file elsewhere; the old identity stays in it until nothing needs it: plimsoll backup keys in-use'
          : '  Other machines and copies that believe these backups need the new public key under trustedSigners.',
      );
      return 0;
    } finally {
      await opened.close();
    }
  },
};

const inUse: CliCommand = {
  usage: 'in-use',
  summary: 'Count what each identity at hand opens, and what it alone opens; reads every piece',
  effect: 'read-only',
  examples: ['backup keys in-use', 'backup keys in-use --json'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run(_args, options, context) {
    const { output, settings, signal } = context;
    const keys = await keysInUse(await repositoryFrom(options, context), settings, signal);
    output.json({ keys });
    for (const { id, isCurrent, pieces, alone } of keys) {
      const role = isCurrent ? output.style('green', 'current') : 'old    ';
      const need = alone === 0 && !isCurrent ? `; not needed: plimsoll backup keys drop ${id}` : '';
      output.line(`${role} ${id}  opens ${pieces} pieces, ${alone} of them alone${need}`);
    }
    return 0;
  },
};

const drop: CliCommand = {
  usage: 'drop <key>',
  summary: 'Remove an old identity that no content needs any more; refused where anything does',
  effect: 'destructive',
  examples: ['backup keys drop age-0123456789abcdef --yes'],
  configure: (command) => command.option(...estateOption).option(...repositoryOption),
  async run([id = ''], options, context) {
    const { output, settings, signal } = context;
    const repository = await repositoryFrom(options, context);
    await demandConsent(`The identity ${id} is removed from its file for good.`, options, output);
    const opened = await openPublishingStore(settings, 'share');
    try {
      await dropKey(repository, settings, { id, store: opened.store, signal });
      output.json({ repository: repository.name, dropped: id });
      output.line(`${output.style('green', 'dropped')}: ${id}; nothing needed it`);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

/** `plimsoll backup keys …`. */
export const keysGroup: CliGroup = {
  name: 'keys',
  summary: 'The keys that backups are sealed to, opened with and signed by',
  commands: [create, list, check, rotate, inUse, drop],
};
