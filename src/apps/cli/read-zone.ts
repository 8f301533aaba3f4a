import { Fault } from '../../core/kernel/index.ts';

/** A time zone as `--timezone` names it. */
export function readZone(zone: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
  } catch (cause) {
    throw new Fault('SETTING_INVALID', `--timezone ${zone}: no such time zone; write one such as Europe/Amsterdam`, {
      cause,
    });
  }
}
