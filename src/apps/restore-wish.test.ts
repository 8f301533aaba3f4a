import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CliCommand } from './cli/command.ts';
import { cloneGroup } from './cli/commands/clone.ts';
import { restoreCommand } from './cli/commands/restore.ts';
import { resource } from './contract/index.ts';
import { commandFor } from './restore-wish.ts';

const acme = { name: 'acme-prod' };
const at = '2026-11-21T14:05:00.250Z';

/** The options of a command line as its command reads them. */
function optionsOf(text: string, { configure }: CliCommand) {
  const [, , , ...args] = text.split(' ');
  const command = new Command().exitOverride();
  configure?.(command);
  return command.parse(args, { from: 'user' }).opts();
}

describe('the command for the machine that can do it', () => {
  const commandOf = (ask: object) => commandFor(acme, resource.restorePlanAsk.parse(ask));

  test('a restore starts from the same backup and reaches the same instant, with what was agreed to', () => {
    const agreed = { acknowledgeLossSeconds: 5_400, withoutSafetyBackup: true, acceptsDamage: true };
    const text = commandOf({ mode: 'in-place', at, backup: 'b-1', repository: 'north', runsJourneys: true, ...agreed });
    expect(text).toMatch(/^plimsoll restore acme-prod --in-place /);
    expect(optionsOf(text, restoreCommand)).toEqual({
      ...{ inPlace: true, at, backup: 'b-1', copy: 'north', journeys: true },
      ...{ acceptLoss: '90m', safetyBackup: false, acceptDamage: true },
    });
    const plain = commandOf({ mode: 'new', target: 'acme-rescue' });
    expect(plain).toBe('plimsoll restore acme-prod --to acme-rescue');
  });

  test('a clone is as long-lived, as small and as anonymous', () => {
    const made = { stage: 'uat', expiresInSeconds: 90_061, isAnonymised: true };
    const reduceSeconds = { mail: 90 * 86_400, logs: 3_600 };
    const text = commandOf({ mode: 'clone', target: 'acme-uat', at, ...made, reduceSeconds });
    const make = cloneGroup.commands.find(({ isDefault }) => isDefault) ?? expect.fail();
    expect(optionsOf(text, make)).toEqual({
      ...{ to: 'acme-uat', at, stage: 'uat', expires: '90061s' },
      ...{ anonymise: true, reduce: 'mail:90d,logs:1h' },
    });
  });
});
