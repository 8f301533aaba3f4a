import { Fault, parseDuration } from '../../../core/kernel/index.ts';
import { issueSignInLink, type SignInLinkDeps, withdrawSignInLinks } from '../../../workflows/sign-in-link.ts';
import { askApi } from '../../api-client.ts';
import { resource, routes } from '../../contract/index.ts';
import type { Settings } from '../../settings.ts';
import { hash, openStore } from '../../wire-store.ts';
import { randomToken } from '../../wire-tokens.ts';
import type { CliCommand, CliGroup } from '../command.ts';

const roleSchema = resource.apiTokenDraft.shape.role;

const createToken: CliCommand = {
  usage: 'create <name>',
  summary: 'Create an API token; its secret is printed this once',
  effect: 'changes',
  examples: [
    'access token create ci --role viewer --expires 30d',
    'access token create prometheus --role viewer --expires 365d',
  ],
  configure: (command) => {
    command
      .requiredOption('--role <role>', roleSchema.options.join(', '))
      .option('--expires <duration>', 'such as 12h or 30d; a year at most', '30d');
  },
  async run([name = ''], options, { settings, output }) {
    const role = roleSchema.safeParse(options['role']);
    const expiresInSeconds = parseDuration(String(options['expires']));
    if (!role.success) throw new Fault('SETTING_INVALID', `--role: one of ${roleSchema.options.join(', ')}.`);
    const body = resource.apiTokenDraft.safeParse({ name, role: role.data, expiresInSeconds });
    if (!body.success) throw new Fault('SETTING_INVALID', '--expires: a length such as 12h or 30d, a year at most.');
    const token = await askApi(settings, (api) => api.call(routes.createToken, { body: body.data }));
    output.json(token);
    output.line(token.secret);
    output.note(`Shown this once. ${token.name} is ${token.role} until ${token.expiresAt}; id ${token.id}`);
    return 0;
  },
};

const listTokens: CliCommand = {
  usage: 'list',
  summary: 'List API tokens, without their secrets',
  effect: 'read-only',
  examples: ['access token list', 'access token list --json'],
  async run(_args, _options, { settings, output }) {
    const { items } = await askApi(settings, (api) => api.call(routes.listTokens, {}));
    output.json({ tokens: items });
    for (const token of items) {
      const state = token.revokedAt === null ? `until ${token.expiresAt}` : `revoked ${token.revokedAt}`;
      output.line(`${token.id}\t${token.prefix}…\t${token.name}\t${token.role}\t${state}`);
    }
    return 0;
  },
};

const revokeToken: CliCommand = {
  usage: 'revoke <id>',
  summary: 'Revoke an API token at once',
  effect: 'changes',
  examples: ['access token revoke 2e532da0-1ceb-4c22-8379-b2842c8c4141'],
  async run([id = ''], _options, { settings, output }) {
    const token = await askApi(settings, (api) => api.call(routes.revokeToken, { params: { id } }));
    output.json(token);
    output.line(`${token.name} is revoked`);
    return 0;
  },
};

/** Works on the store itself, so that it helps when nobody can sign in; whoever can open the store is the operator. */
async function withStore<Answer>(settings: Settings, work: (deps: SignInLinkDeps) => Promise<Answer>): Promise<Answer> {
  const opened = await openStore(settings, 'share');
  try {
    return await work({ store: opened.store, clock: { now: () => Temporal.Now.instant() }, hash, randomToken });
  } finally {
    await opened.close();
  }
}

const localOperator = { kind: 'cli', name: 'local operator' } as const;

const link: CliCommand = {
  usage: 'link',
  summary: 'Make a one-time link with which one more person signs in for the first time',
  effect: 'changes',
  examples: ['access link', 'access link --role operator'],
  configure: (command) => {
    command.option('--role <role>', `what the person becomes: ${roleSchema.options.join(', ')}`, 'administrator');
  },
  async run(_args, options, { settings, output }) {
    const role = roleSchema.safeParse(options['role']);
    if (!role.success) throw new Fault('SETTING_INVALID', `--role: one of ${roleSchema.options.join(', ')}.`);
    const made = await withStore(settings, (deps) =>
      issueSignInLink(deps, { role: role.data, isFirst: false }, { actor: localOperator, role: 'administrator' }),
    );
    const url = settings.publicUrl ?? settings.serverUrl.replace(/\/$/, '').replace('//127.0.0.1', '//localhost');
    const signInLink = `${url}${made.path}`;
    output.json({ signInLink, role: made.role, expiresAt: made.expiresAt.toString() });
    output.line(signInLink);
    output.note(`Works once, within a day, and makes its person ${made.role}.`);
    return 0;
  },
};

const withdrawLinks: CliCommand = {
  usage: 'withdraw-links',
  summary: 'Make every unused sign-in link worthless',
  effect: 'changes',
  examples: ['access withdraw-links'],
  async run(_args, _options, { settings, output }) {
    const withdrawn = await withStore(settings, (deps) => withdrawSignInLinks(deps, localOperator));
    output.json({ withdrawn });
    output.line(`${withdrawn} unused ${withdrawn === 1 ? 'link' : 'links'} withdrawn`);
    return 0;
  },
};

const tokenGroup: CliGroup = {
  name: 'token',
  summary: 'API tokens for automation',
  commands: [createToken, listTokens, revokeToken],
};

/** `plimsoll access`: who may sign in, and tokens for automation. */
export const accessGroup: CliGroup = {
  name: 'access',
  summary: 'Who may sign in, and tokens for automation',
  commands: [link, withdrawLinks],
  groups: [tokenGroup],
};
