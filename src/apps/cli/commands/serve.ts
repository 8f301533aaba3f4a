import { resolve } from 'node:path';
import { z } from 'zod';
import { Fault } from '../../../core/kernel/index.ts';
import { estateDirectory, rememberEstate } from '../../estate-directory.ts';
import { scenarioNames, scenarios } from '../../wire-scenarios.ts';
import type { CliCommand, CommandContext } from '../command.ts';

const portForm = 'a whole number from 0 to 65535, such as 7070';

const optionsSchema = z.object({
  host: z.string().min(1),
  port: z.coerce.number(portForm).int(portForm).min(0, portForm).max(65_535, portForm).optional(),
  fake: z.boolean().default(false),
  scenario: z.enum(scenarioNames, `one of ${scenarioNames.join(', ')}`).optional(),
  state: z.string().min(1).optional(),
});

/** One JSON line per event, on standard error. */
function logTo(context: CommandContext) {
  return (line: Readonly<Record<string, unknown>>): void => {
    context.output.note(JSON.stringify({ time: Temporal.Now.instant().toString(), ...line }));
  };
}

/** The port that commands expect the server at, so that both ends agree without a word. */
function portOf(serverUrl: string): number {
  const { port, protocol } = new URL(serverUrl);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}

const scenarioHelp = scenarioNames.map((name) => `${name} (${scenarios[name]})`).join('; ');

/** `plimsoll serve`: the API, the portal and the controller. */
export const serveCommand: CliCommand = {
  usage: 'serve [directory]',
  summary: 'Serve the API and the portal, and watch the estate in the directory',
  effect: 'changes',
  examples: [
    'serve examples/northsea',
    'serve examples/northsea --port 8080',
    'serve --fake',
    'serve --fake --scenario troubled',
    'serve estate --host 0.0.0.0   # other machines may reach it; put TLS in front',
  ],
  configure: (command) => {
    command
      .option('--host <address>', 'where to listen', '127.0.0.1')
      .option('--port <number>', 'where to listen; 0 chooses a free port (default: that of PLIMSOLL_SERVER, 7070)')
      .option('--state <directory>', 'where the embedded database, links and logs live')
      .option('--fake', 'a made-up estate in memory, without any infrastructure')
      .option('--scenario <name>', `with --fake: ${scenarioHelp}`);
  },
  async run([given], rawOptions, context) {
    const parsed = optionsSchema.safeParse(rawOptions);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new Fault('SETTING_INVALID', `--${issue?.path.join('.')}: ${issue?.message}`);
    }
    const { host, fake, state, scenario } = parsed.data;
    if (scenario !== undefined && !fake) {
      throw new Fault('SETTING_INVALID', '--scenario: only the made-up estate of --fake has scenarios.');
    }
    const settings = state === undefined ? context.settings : { ...context.settings, stateDirectory: resolve(state) };
    const port = parsed.data.port ?? portOf(settings.serverUrl);
    const log = logTo(context);
    const { output, signal } = context;
    // Loaded when it is used: no other command needs a server, and half of a short command would be loading it.
    const { runServer } = await import('../../server/run.ts');
    if (fake) {
      const { wireFake } = await import('../../wire-fake.ts');
      await runServer(wireFake({ log, scenario: scenario ?? 'busy' }), { host, port }, signal, async (url) => {
        output.json({ url, isFake: true });
        output.line(`Plimsoll serves a made-up estate at ${url}`);
      });
      return 0;
    }
    const directory = await estateDirectory(given, settings.stateDirectory);
    await rememberEstate(settings.stateDirectory, directory);
    const { wireServe } = await import('../../wire.ts');
    const served = await wireServe({ settings, directory, log });
    await runServer(served.runtime, { host, port }, signal, async (url) => {
      const link = await served.announce(url);
      output.json({ url, signInLink: link ?? null });
      output.line(`Plimsoll serves ${directory} at ${url}`);
      if (link !== undefined) output.line(`Sign in for the first time (once, within a day): ${link}`);
    });
    return 0;
  },
};
