import { formatFigure } from './figures.ts';
import { roundLength } from './recovery.ts';
import type { RestoreAsk, RestorePoint, RestorePreview } from './resources.ts';
import { formatLength, instantOf } from './time.ts';
import { utcLabel, zonedLabel } from './zoned.ts';

/** The time behind a physical backup of which any second may be asked for. */
export interface Stretch {
  readonly from: Temporal.Instant;
  readonly until: Temporal.Instant;
  /** The next backup, or the last mark, says that the log reaches so far; else only the plan does. */
  readonly isKnown: boolean;
}

/** The stretch behind a backup, as far as its log is known to reach, else up to now; nothing behind a dump, which has none. */
export function stretchOf(
  { method, consistentAt, reachesUntil }: Pick<RestorePoint, 'method' | 'consistentAt' | 'reachesUntil'>,
  now: Temporal.Instant,
): Stretch | undefined {
  if (method !== 'physical') return undefined;
  const from = instantOf(consistentAt);
  return { from, until: reachesUntil === null ? now : instantOf(reachesUntil), isKnown: reachesUntil !== null };
}

/** An instant as the wall clock of a site has it, to the second, as a field for it takes it. */
export const wallSecond = (at: Temporal.Instant, timezone: string): string =>
  at.toZonedDateTimeISO(timezone).toPlainDateTime().toString({ smallestUnit: 'second' });

/** A wall-clock time of a site as the instant it is; nothing where it is none, or lies outside the stretch. */
export function secondWithin(
  text: string,
  stretch: Stretch | undefined,
  timezone: string,
): Temporal.Instant | undefined {
  if (stretch === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return undefined;
  const at = Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).toInstant();
  const isWithin = Temporal.Instant.compare(at, stretch.from) >= 0 && Temporal.Instant.compare(at, stretch.until) <= 0;
  return isWithin ? at : undefined;
}

export type RestoreMode = RestoreAsk['mode'];

/** From what a restore starts: a backup, and an instant of the stretch behind it. */
export interface RestoreFrom {
  readonly backup: string;
  readonly at?: string;
}

/**
 * A physical backup alone would come back up to the end of its log: what was chosen is its own instant, or a second behind
 * it. The dialogs and the commands are both made of this, so that they do the same.
 */
export function restoreFrom(
  { id, method, consistentAt }: RestorePoint,
  second: Temporal.Instant | undefined,
): RestoreFrom {
  const at = second?.toString({ smallestUnit: 'second' }) ?? (method === 'physical' ? consistentAt : undefined);
  return { backup: id, ...(at === undefined ? {} : { at }) };
}

/** What each new environment is called where nobody says otherwise. */
export const usualTarget = {
  new: (environment: string) => `${environment}-restored`,
  clone: (environment: string) => `${environment}-staging`,
} as const;

/** The commands that do what the dialogs do as they open, each by its mode. */
export function restoreCommands(
  environment: string,
  { backup, at }: RestoreFrom,
): Readonly<Record<RestoreMode, string>> {
  const which = `${at === undefined ? '' : ` --at ${at}`} --backup ${backup}`;
  return {
    new: `plimsoll restore ${environment} --to ${usualTarget.new(environment)}${which}`,
    clone: `plimsoll clone ${environment} --to ${usualTarget.clone(environment)}${which}`,
    'in-place': `plimsoll restore ${environment} --in-place${which}`,
  };
}

/** What one agrees to before it is begun. */
export interface Agreement {
  readonly kind: 'loss' | 'no-safety-backup';
  readonly words: string;
  /** What is sent, once it is agreed to. */
  readonly body: { readonly acknowledgeLossSeconds?: number; readonly withoutSafetyBackup?: true };
}

/** What comes back and what is lost by it, as one would say it. */
export function planSentences(preview: RestorePreview, now: Temporal.Instant, timezone: string): readonly string[] {
  const { plan, mode, target, rpoSeconds, freeBytes } = preview;
  if (plan === null) return [];
  const at = instantOf(plan.reachesAt);
  const room = plan.neededBytes === null ? [] : [roomSentence(plan.neededBytes, freeBytes)];
  return [
    `You get back everything up to ${toTheSecond(at, now, timezone)} (${utcLabel(at)}), from backup ${plan.backup}.`,
    ...(plan.offSeconds > 0
      ? [`That is ${formatLength(plan.offSeconds)} before the instant you chose: the nearest there is.`]
      : []),
    ...lossSentences(plan.lossSeconds, rpoSeconds),
    ...(mode === 'in-place'
      ? [
          plan.takesSafetyBackup
            ? `What is there now is backed up first, so that this can be undone. ${target} does not serve meanwhile.`
            : `What is there now is not backed up; it is set aside and kept. ${target} does not serve meanwhile.`,
        ]
      : [
          `${preview.target} is neutralised: it sends, ships and books nothing outside. What serves now is not touched.`,
        ]),
    ...room,
  ];
}

/** A restore reaches a second: the minute that labels show elsewhere would not say which. */
function toTheSecond(at: Temporal.Instant, now: Temporal.Instant, timezone: string): string {
  const clock = at.toZonedDateTimeISO(timezone).toPlainTime().toString({ smallestUnit: 'second' });
  return zonedLabel(at, now, timezone).replace(/\d\d:\d\d/, clock);
}

function lossSentences(lossSeconds: number | null, rpoSeconds: number | null): readonly string[] {
  if (lossSeconds === null) return [];
  if (lossSeconds === 0) return ['Nothing that was written is lost.'];
  const allowed = rpoSeconds === null ? '' : ` The tier allows ${roundLength(rpoSeconds)}.`;
  return [`What was written in the ${formatLength(lossSeconds)} after is lost.${allowed}`];
}

const roomSentence = (neededBytes: number, freeBytes: number | null): string =>
  `It takes ${formatFigure(neededBytes, 'bytes')} on the machine${freeBytes === null ? '' : `, where ${formatFigure(freeBytes, 'bytes')} are free`}.`;

/** What has to be agreed to, each once: two reasons about loss are one question. */
export function agreementsOf({ agreements }: RestorePreview): readonly Agreement[] {
  const lossSeconds = Math.max(...agreements.map(({ acknowledgeLossSeconds }) => acknowledgeLossSeconds ?? 0), 0);
  const loss: readonly Agreement[] =
    lossSeconds === 0
      ? []
      : [
          {
            kind: 'loss',
            words: `I agree that up to ${formatLength(lossSeconds)} of business is missing, with what is written until it begins.`,
            body: { acknowledgeLossSeconds: lossSeconds },
          },
        ];
  const others = agreements
    .filter(({ code }) => code === 'NO_SAFETY_BACKUP')
    .map(({ message }): Agreement => {
      const words = `${message} I agree that it is set aside and kept instead.`;
      return { kind: 'no-safety-backup', words, body: { withoutSafetyBackup: true } };
    });
  return [...loss, ...others];
}
