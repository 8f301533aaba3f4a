import { resolve } from 'node:path';
import type { Environment } from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import {
  attemptOf,
  type BackupKind,
  type BackupMethod,
  chooseBackupByHand,
  isPhysical,
  lostOf,
  reachableWindow,
} from '../../../core/recovery/index.ts';
import { faultFrom } from '../../../workflows/bring-up.ts';
import { backUp, outcomeOfBackup } from '../../../workflows/recovery/back-up.ts';
import { lookIntoArchive } from '../../../workflows/recovery/look-into-archive.ts';
import { markFiles } from '../../../workflows/recovery/mark-files.ts';
import type { BackUpDeps, BackUpRequest } from '../../../workflows/recovery/parts.ts';
import { runTask } from '../../../workflows/recovery/run-task.ts';
import { estateDirectory } from '../../estate-directory.ts';
import { archiveOpener } from '../../wire-archive.ts';
import { openToLook } from '../../wire-look.ts';
import { backUpParts, commandLineWriter, markParts, newBackupId, repositoryOf } from '../../wire-recovery.ts';
import { openPublishingStore } from '../../wire-store.ts';
import { backupLine, badLine, plainBackup, showProgress, windowLine } from '../backup-display.ts';
import type { CliCommand, CliGroup, CommandContext, CommandOptions } from '../command.ts';
import { environmentIn, estateFrom, estateOption } from '../estate-option.ts';
import { inTurn, waitOption } from '../in-turn.ts';
import { copyCommand } from './backup-copy.ts';
import { growthCommand } from './backup-growth.ts';
import { keysGroup } from './backup-keys.ts';
import { pruneCommand } from './backup-prune.ts';
import { verifyCommand } from './backup-verify.ts';

async function declared(name: string, options: CommandOptions, { settings }: CommandContext) {
  const estate = await estateFrom(options, settings);
  const environment = environmentIn(estate, name);
  return { estate, environment };
}

function jobsOf(options: CommandOptions): number {
  const jobs = Number(options['jobs']);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs;
  throw new Fault('SETTING_INVALID', `--jobs ${String(options['jobs'])} is not a whole number from 1 to 64`);
}

const methods = ['logical', 'physical'] as const satisfies readonly BackupMethod[];
const kinds = ['full', 'differential', 'incremental'] as const satisfies readonly BackupKind[];

function oneOf<Word extends string>(words: readonly Word[], options: CommandOptions, name: string): Word | undefined {
  const given = options[name];
  if (given === undefined) return undefined;
  const known = words.find((word) => word === given);
  if (known !== undefined) return known;
  throw new Fault('SETTING_INVALID', `--${name} ${String(given)} is none of ${words.join(', ')}`);
}

/** The method and kind: as asked for, and for the rest as the plan has it. Throws what the planner refuses. */
async function choose(environment: Environment, parts: BackUpDeps, options: CommandOptions) {
  const { good } = await parts.repository.list(environment.name);
  const input = {
    environment,
    now: parts.clock.now(),
    history: good.map(({ manifest }) => attemptOf(manifest)),
    isRunning: false,
    canArchive: parts.physical !== undefined,
  };
  const asked = { method: oneOf(methods, options, 'method'), kind: oneOf(kinds, options, 'kind') };
  const choice = chooseBackupByHand(input, asked);
  if (choice.kind === 'refused') throw faultFrom(choice);
  return { wanted: { method: choice.method, kind: choice.of }, why: choice.why };
}

const actor = { kind: 'cli', name: 'backup run' } as const;

const run: CliCommand = {
  usage: 'run <environment>',
  summary: 'Take a backup of the database and the filestore that belong together',
  effect: 'changes',
  examples: [
    'backup run acme-prod',
    'backup run acme-prod --method physical --kind full',
    'backup run acme-prod --estate examples/northsea --jobs 4',
    'backup run acme-prod --json',
  ],
  configure: (command) =>
    command
      .option(...estateOption)
      .option('--method <method>', `${methods.join(' or ')}; as declared where it is not said`)
      .option('--kind <kind>', `of a physical one: ${kinds.join(', ')}; as planned where it is not said`)
      .option('--jobs <number>', 'sessions of pg_dump at the same time', '2')
      .option(...waitOption('1m')),
  async run([name = ''], options, context) {
    const { settings, output, signal } = context;
    const jobs = jobsOf(options);
    const { estate, environment } = await declared(name, options, context);
    const directory = resolve(await estateDirectory(options['estate'], settings.stateDirectory));
    const opened = await openPublishingStore(settings, 'share');
    const display = showProgress(output);
    try {
      const parts = await backUpParts(estate, environment, { settings, directory, store: opened.store });
      const { wanted, why } = await choose(environment, parts, options);
      output.note(`${wanted.method} (${wanted.kind}): ${why}`);
      const id = newBackupId(wanted.method);
      const request: BackUpRequest = {
        estate: estate.name,
        environment: environment.name,
        id,
        writer: commandLineWriter(id),
        actor,
        wanted,
        jobs,
        report: display.report,
      };
      const order = { id, kind: 'backup', environment: environment.name, backup: id, target: null } as const;
      const manifest = await runTask(parts, { ...order, requestedBy: actor, signal }, async (task) => {
        const run = { ...request, signal: task.signal };
        const turn = { output, signal: task.signal };
        return outcomeOfBackup(await inTurn((waitSeconds) => backUp(parts, { ...run, waitSeconds }), options, turn));
      }).finally(() => parts.close());
      display.end(true);
      const signed = await parts.repository.read(environment.name, manifest.id);
      output.json(plainBackup(manifest, signed.signedBy));
      output.line(`${output.style('green', 'backed up')}: ${backupLine(manifest)}`);
      for (const { part, why } of manifest.coverage.filter(({ isCovered }) => !isCovered)) {
        output.line(`  ${output.style('yellow', 'not covered')}: ${part}: ${why}`);
      }
      return 0;
    } catch (error) {
      display.end(false);
      if (signal.aborted) {
        output.note('Cancelled: nothing of it is listed, and what was copied is used by the next backup.');
        return 130;
      }
      throw error;
    } finally {
      await opened.close();
    }
  },
};

const list: CliCommand = {
  usage: 'list <environment>',
  summary: 'List the backups that the repository holds; needs no running Plimsoll',
  effect: 'read-only',
  examples: ['backup list acme-prod', 'backup list acme-prod --json'],
  configure: (command) => command.option(...estateOption),
  async run([name = ''], options, context) {
    const { settings, output, signal } = context;
    const { estate, environment } = await declared(name, options, context);
    const place = repositoryOf(estate, environment);
    const repository = await openToLook(place, settings);
    const { good, bad } = await repository.list(environment.name);
    const manifests = good.map(({ manifest }) => manifest);
    const openArchive = await archiveOpener(place, settings);
    const sight = await lookIntoArchive({ repository, openArchive }, manifests, { signal });
    const lost = new Map(manifests.flatMap((each) => lostOf(each, sight) ?? []).map(({ id, why }) => [id, why]));
    const whole = manifests.filter(({ id }) => !lost.has(id));
    const newest = whole.findLast(isPhysical);
    const mark = newest && (await repository.readMark(environment.name, newest.id));
    const window = reachableWindow(whole, mark);
    output.json({
      environment: environment.name,
      repository: repository.name,
      window: window === undefined ? null : { earliest: `${window.earliest}`, latest: `${window.latest}` },
      backups: good.map(({ manifest, signedBy }) => ({
        ...plainBackup(manifest, signedBy),
        notRestorable: lost.get(manifest.id) ?? null,
      })),
      // Where nobody could look, the physical ones are listed as their manifests have it.
      physicalNotSeen: sight?.kind === 'unseen' ? `${sight.fault.code}: ${sight.fault.message}` : null,
      bad,
    });
    for (const { manifest } of good) {
      const why = lost.get(manifest.id);
      output.line(
        `${backupLine(manifest)}${why === undefined ? '' : `  ${output.style('red', 'not restorable')}: ${why}`}`,
      );
    }
    if (sight?.kind === 'unseen') output.line(`What pgBackRest has of them was not seen: ${sight.fault.message}`);
    for (const each of bad) output.line(badLine(each, output));
    if (window !== undefined) output.line(windowLine(window));
    if (good.length + bad.length === 0) {
      output.line(
        `${repository.place} holds no backup of ${environment.name}. Take one: plimsoll backup run ${environment.name}`,
      );
    }
    return bad.length + lost.size === 0 ? 0 : 1;
  },
};

const mark: CliCommand = {
  usage: 'mark <environment>',
  summary: 'Make this very instant one that the newest physical backup can be restored to, with its files',
  effect: 'changes',
  examples: ['backup mark acme-prod', 'backup mark acme-prod --wait 5m', 'backup mark acme-prod --json'],
  configure: (command) => command.option(...estateOption).option(...waitOption('1m')),
  async run([name = ''], options, context) {
    const { settings, output, signal } = context;
    const { estate, environment } = await declared(name, options, context);
    const parts = await markParts(estate, environment, settings);
    const request = { environment: environment.name, writer: commandLineWriter('mark'), signal };
    const made = await inTurn(() => markFiles(parts, request), options, context).finally(() => parts.close());
    if (made === undefined) {
      throw new Fault('BACKUP_UNKNOWN', `There is no physical backup of ${name} that could be continued.`);
    }
    const { backup, at, filestore } = made;
    output.json({ environment: name, backup, at: at.toString(), newFiles: filestore.files, newBytes: filestore.bytes });
    output.line(`${name} can be restored to ${at} from ${backup}; ${filestore.files} files came since it was taken.`);
    return 0;
  },
};

/** `plimsoll backup …`. */
export const backupGroup: CliGroup = {
  name: 'backup',
  summary: 'Take, list and check backups of the database and filestore that belong together',
  commands: [run, list, mark, verifyCommand, copyCommand, pruneCommand, growthCommand],
  groups: [keysGroup],
};
