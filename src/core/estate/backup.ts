import type { Seconds } from '../kernel/index.ts';

/** A length on the calendar: seven years are seven years, whatever leap days are in them. */
export interface CalendarSpan {
  readonly years: number;
  readonly months: number;
  readonly days: number;
}

/** What the law asks to keep: the last good backup of every day, month …, or every one of them, for so long. */
export interface LegalRetention {
  readonly keepFor: CalendarSpan;
  readonly each: 'backup' | 'day' | 'week' | 'month' | 'year';
  /** Which declaration says so: `backup`, or `data class fulfilment-records`. */
  readonly source: string;
}

/** How an environment is backed up; a tier, an environment or a BackupPolicy says so, else its service class. */
export interface Backup {
  readonly method: 'physical' | 'logical' | 'snapshot';
  readonly everySeconds: Seconds;
  readonly retain: Readonly<Record<'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly', number>>;
  /** What the law asks to keep besides, from the backup itself and from the classes of data it holds. */
  readonly legal: readonly LegalRetention[];
  /** Why nothing may be withdrawn at present, such as a court case. */
  readonly hold: string | undefined;
  /** Zero where copies may be deleted at once. */
  readonly immutableForSeconds: Seconds;
  /** Regions that hold further copies. */
  readonly copies: readonly string[];
  /** The Repository it goes to; `undefined` where the estate has none, or several and nothing says which. */
  readonly repository: string | undefined;
  /** Whether no backup is begun by itself while a peak of one of its sites is on. */
  readonly avoidPeaks: boolean;
  /** Calendar events of its sites in which backups begin; at any time where there are none. */
  readonly windows: readonly string[];
}
