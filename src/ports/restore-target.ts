import type { StepContext } from './host.ts';
import type { ReleasedData } from './restore-place.ts';

/** What an exchange is about; kept beside it, so that another process can finish it. */
export interface ExchangeNote {
  readonly restore: string;
  readonly backup: string;
  readonly method: 'logical' | 'physical';
  /** What was there before is in a backup as well: then it need not be kept once the new one serves. */
  readonly isBackedUp: boolean;
  /** The copy is another one than its source: it gets credentials of its own. */
  readonly isCopy: boolean;
  /** In place: up to this instant what was there before was in use. */
  readonly until?: string | undefined;
}

/** The data of one environment on this machine, which is exchanged whole or not at all. */
export interface RestoreTarget {
  readonly name: string;
  /** The database's name in its cluster. */
  readonly database: string;
  observe(): Promise<{
    readonly hasData: boolean;
    /** An exchange that was made and not settled: the new data is in place, the old set aside. */
    readonly unsettled: ExchangeNote | undefined;
  }>;
  /**
   * Ends what a kill left of an exchange: before it began, what was accepted is dropped; once it had begun, it is finished.
   * Afterwards either the old or the new is in place, and whole.
   */
  heal(): Promise<'nothing' | 'dropped' | 'finished' | 'returned'>;
  /** Stops what writes, and keeps it stopped although somebody supervises; the database stays up. */
  stopOdoo(): Promise<void>;
  /** Takes over what a place released, beside what is in place. It does not count before `exchange`. */
  accept(released: ReleasedData, note: ExchangeNote): Promise<void>;
  /** Stops the database too, sets its data aside and puts in place what was accepted. */
  exchange(): Promise<void>;
  /** The reverse: what was set aside is in place again, and what was put there is gone. */
  putBack(): Promise<void>;
  /** Starts the database that is in place and gives it its roles and credentials: a bring-up has only Odoo left to start. */
  openDatabase(note: Pick<ExchangeNote, 'isCopy' | 'method'>, context: StepContext): Promise<void>;
  /** Lets everything be kept up again by whoever supervises. */
  letRun(): Promise<void>;
  /** Ends an exchange for good. Answers where the old data is, where it is kept. */
  settle(options: { readonly keepsOld: boolean }): Promise<string | undefined>;
  /** Stops everything of it and takes its data away. */
  remove(): Promise<void>;
}
