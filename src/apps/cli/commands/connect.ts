import type { Environment, SecretReference } from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { readOnlyRole, unprovenNote } from '../../../core/observe/index.ts';
import { createReader, explainReader, verifyReader } from '../../../workflows/connect-environment.ts';
import { createObserver, declaredReader, newReaderPassword, openAdmin, writeReaderUrl } from '../../wire-observe.ts';
import type { CliCommand, CommandContext } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { createBackup, explainBackup } from './connect-backup.ts';

const referenceForm = /^(env|file):(.+)$/;

async function verify(environment: Environment, { settings, signal }: CommandContext): Promise<string | undefined> {
  const observer = createObserver(settings);
  try {
    const { database } = observer.sources(environment);
    if (database === undefined) return 'the environment declares no connect.postgres.url';
    return await verifyReader(observer.clock, database, environment, signal);
  } finally {
    await observer.close();
  }
}

function noteUnproven(odooVersion: string, { output }: CommandContext): void {
  const note = unprovenNote(odooVersion);
  if (note !== undefined) output.note(output.style('yellow', note));
}

async function explain(environment: Environment, context: CommandContext): Promise<number> {
  const { output, settings } = context;
  const missing = await verify(environment, context);
  const role = (await declaredReader(environment, settings))?.role ?? readOnlyRole;
  const statements = explainReader(environment, role);
  output.json({
    environment: environment.name,
    role,
    works: missing === undefined,
    missing: missing ?? null,
    unproven: unprovenNote(environment.odoo.version) ?? null,
    statements,
  });
  noteUnproven(environment.odoo.version, context);
  if (missing === undefined) {
    output.line(`The read-only role ${role} sees everything that Plimsoll looks at in ${environment.name}.`);
    return 0;
  }
  output.line(`${environment.name} is not fully connected: ${missing}`);
  output.line();
  output.line('Either let Plimsoll make the role, with an administrator of that database:');
  output.line(
    `  ADMIN_URL=postgres://postgres:…@host/${environment.odoo.database} plimsoll connect ${environment.name} --admin env:ADMIN_URL`,
  );
  output.line(`or run this yourself, connected to that database, and then set its password with \\password ${role}`);
  output.line('(a table or column that your modules do not have gives an error that you can pass over):');
  for (const { sql, why } of statements) output.line(`  ${sql}; -- ${why}`);
  return 1;
}

function adminReference(admin: string): SecretReference {
  const form = referenceForm.exec(admin);
  if (form === null) {
    throw new Fault('SETTING_INVALID', '--admin takes a reference, env:NAME or file:/path, never the address itself');
  }
  return { source: form[1] === 'env' ? 'env' : 'file', name: form[2] ?? '' };
}

async function create(environment: Environment, admin: SecretReference, context: CommandContext): Promise<number> {
  const { output, settings } = context;
  const opened = await openAdmin(admin, settings);
  try {
    const declared = await declaredReader(environment, settings);
    const role = declared?.role ?? readOnlyRole;
    const password = declared === undefined ? newReaderPassword() : declared.password;
    const { odooVersion, wasThere, refused } = await createReader(opened.admin, environment, { role, password });
    const reference =
      declared !== undefined || password === undefined
        ? undefined
        : await writeReaderUrl(environment, settings, { adminUrl: opened.url, role, password });
    const isDeclared = environment.connect.postgres !== undefined;
    const missing = isDeclared ? await verify(environment, context) : undefined;
    output.json({
      environment: environment.name,
      role,
      odooVersion,
      refused,
      reference: reference ?? null,
      missing: missing ?? null,
      unproven: unprovenNote(odooVersion) ?? null,
    });
    noteUnproven(odooVersion, context);
    output.line(
      `The role ${role} reads the database of ${environment.name} (Odoo ${odooVersion}), and can do nothing else.`,
    );
    for (const { why, reason } of refused) output.line(`  not granted: ${why} (${reason})`);
    if (reference !== undefined) {
      output.line(`  its address: connect: { postgres: { url: "${reference}" } }`);
      // Two control planes on one database would lock each other out in turn, and neither would know why.
      if (wasThere) output.note(output.style('yellow', newPassword(role)));
    }
    if (missing !== undefined) output.line(`  not seen: ${missing}`);
    return missing === undefined ? 0 : 1;
  } finally {
    await opened.admin.close();
  }
}

const newPassword = (role: string): string =>
  `The role ${role} was there already and has a new password: another Plimsoll that reads with it must be given this one, ` +
  'or a role of its own (name it in its connect.postgres.url).';

/** `plimsoll connect ENV`: creates or explains the read-only role. */
export const connectCommand: CliCommand = {
  usage: 'connect <environment>',
  summary: "Create, or explain, the role that Plimsoll reads an environment's database with, or backs it up with",
  effect: 'changes',
  examples: [
    'connect acme-prod',
    'connect acme-prod --admin env:ADMIN_URL',
    'connect acme-prod --backup --admin env:ADMIN_URL',
    'connect acme-prod --json',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .option('--backup', 'the role that backups read with, which reads everything and changes nothing')
      .option(
        '--admin <reference>',
        "an administrator's connection string, as env:NAME or file:/path; without it, explain",
      ),
  async run([name = ''], options, context) {
    const environment = environmentIn(await estateFrom(options, context.settings), name);
    const admin = typeof options['admin'] === 'string' ? adminReference(options['admin']) : undefined;
    if (options['backup'] === true) {
      return admin === undefined ? explainBackup(environment, context) : createBackup(environment, admin, context);
    }
    return admin === undefined ? explain(environment, context) : create(environment, admin, context);
  },
};
