import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../../core/kernel/index.ts';
import { estateDirectory } from '../../estate-directory.ts';
import type { Settings } from '../../settings.ts';
import { requireEstate } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import { environmentIn } from '../estate-option.ts';
import type { Output } from '../output.ts';

/** Loaded when it is used: no other command needs the libraries of what it writes. */
const wired = () => import('../../wire-compile.ts');

/** Everything that watches the objectives of an estate, in one folder. */
async function compileTarget(
  directory: string,
  options: Readonly<Record<string, unknown>>,
  settings: Settings,
  output: Output,
): Promise<number> {
  const target = options['target'];
  if (target !== 'prometheus') throw new Fault('SETTING_INVALID', `--target: ${String(target)} is not prometheus`);
  if (options['platform'] !== undefined || options['environment'] !== undefined) {
    throw new Fault('SETTING_INVALID', '--target: it is for the whole estate, without --platform or --environment');
  }
  const estate = await requireEstate(directory);
  const { compileObjectives } = await wired();
  const out = join(resolve(String(options['out'])), target);
  const written: string[] = [];
  for (const file of compileObjectives(estate, settings)) {
    const path = join(out, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.content);
    written.push(path);
  }
  output.json({ written });
  for (const path of written) output.line(path);
  return 0;
}

/** `plimsoll compile`: the artefacts of a platform, written to a directory. */
export const compileCommand: CliCommand = {
  usage: 'compile [directory]',
  summary: 'Write what runs the environments (Compose, host), or what watches them: rules, routing, dashboards',
  effect: 'changes',
  examples: [
    'compile examples/northsea --platform compose --out build',
    'compile . --platform host --out build --json',
    'compile examples/northsea --target prometheus --out build',
  ],
  configure: (command) =>
    command
      .option('--platform <platform>', "compose or host (default: each environment's own)")
      .option('--target <tool>', 'prometheus: rules, Alertmanager routing and Grafana dashboards for the objectives')
      .requiredOption('--out <directory>', 'where to write; one folder per environment')
      .option('--environment <name>', 'only this environment'),
  async run([given], options, { output, settings }) {
    const directory = await estateDirectory(given, settings.stateDirectory);
    if (options['target'] !== undefined) return compileTarget(directory, options, settings, output);
    const { compileEnvironment, isCompilePlatform } = await wired();
    const platform = options['platform'];
    if (platform !== undefined && !isCompilePlatform(platform)) {
      throw new Fault('SETTING_INVALID', `--platform: ${String(platform)} is not one of compose, host`);
    }
    const out = resolve(String(options['out']));
    const estate = await requireEstate(directory);
    const named = options['environment'];
    const environments = typeof named === 'string' ? [environmentIn(estate, named)] : estate.environments;
    const written: string[] = [];
    for (const environment of environments) {
      const target = platform ?? environment.platform;
      if (!isCompilePlatform(target)) {
        output.note(`${environment.name}: platform ${target} is not compiled by this command yet; passed over`);
        continue;
      }
      for (const file of await compileEnvironment(environment, target, settings)) {
        const path = join(out, environment.name, file.path);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, file.content);
        written.push(path);
      }
    }
    output.json({ written });
    for (const path of written) output.line(path);
    return 0;
  },
};
