import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../../core/kernel/index.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { compileEnvironment, isCompilePlatform } from '../../wire-compile.ts';
import { requireEstate } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import { environmentIn } from '../estate-option.ts';

/** `plimsoll compile`: the artefacts of a platform, written to a directory. */
export const compileCommand: CliCommand = {
  usage: 'compile [directory]',
  summary: 'Write what a platform needs to run the environments: a Compose project, or configuration for a host',
  effect: 'changes',
  examples: [
    'compile examples/northsea --platform compose --out build',
    'compile . --platform host --out build --json',
  ],
  configure: (command) =>
    command
      .option('--platform <platform>', "compose or host (default: each environment's own)")
      .requiredOption('--out <directory>', 'where to write; one folder per environment')
      .option('--environment <name>', 'only this environment'),
  async run([given], options, { output, settings }) {
    const directory = await estateDirectory(given, settings.stateDirectory);
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
