import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { valueAt } from '../read/issues.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';
import { channelWays } from '../schema/responding.ts';
import { expandPath } from './references.ts';

/** Channels that lead nowhere or to two places, and shifts of people whom the team does not have. */
export function checkResponding(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  return documents.flatMap((document) => {
    if (document.kind === 'Channel') return checkChannel(document);
    return document.kind === 'Team' ? checkShifts(document) : [];
  });
}

function checkChannel(channel: TypedDocument): readonly Diagnostic[] {
  const ways = channelWays.filter((way) => valueAt(channel.value, [way]) !== undefined);
  if (ways.length === 1) return checkTells(channel);
  const said = ways.length === 0 ? 'does not say how it reaches anybody' : `has two ways: ${ways.join(', ')}`;
  return [diagnose('CHANNEL_WITHOUT_WAY', channel.placeOf([]), `the channel \`${channel.name}\` ${said}`)];
}

/** An audience is told by words: a mail needs addresses, and an Alertmanager takes no words. */
function checkTells(channel: TypedDocument): readonly Diagnostic[] {
  if (valueAt(channel.value, ['tells']) === undefined) return [];
  const place = channel.placeOf(['tells']);
  const isMail = valueAt(channel.value, ['email']) !== undefined;
  if (isMail && valueAt(channel.value, ['tells', 'to']) === undefined) {
    return [diagnose('AUDIENCE_UNREACHABLE', place, `the channel \`${channel.name}\` says not by which addresses`)];
  }
  if (valueAt(channel.value, ['alertmanager']) === undefined) return [];
  return [diagnose('AUDIENCE_UNREACHABLE', place, `the channel \`${channel.name}\` is an Alertmanager`)];
}

function checkShifts(team: TypedDocument): readonly Diagnostic[] {
  const known = new Set(
    expandPath(team, ['members', '*']).flatMap((path) => textAt(team, path) ?? textAt(team, [...path, 'name']) ?? []),
  );
  return expandPath(team, ['onCall', 'shifts', '*', 'members', '*']).flatMap((path) => {
    const name = textAt(team, path);
    if (name === undefined || known.has(name)) return [];
    const message = `\`${name}\` is on call for \`${team.name}\`, but not among its members`;
    return [diagnose('SHIFT_MEMBER_UNKNOWN', team.placeOf(path), message)];
  });
}
