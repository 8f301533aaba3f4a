import type { LegalRetention } from './backup.ts';
import type { Place } from './place.ts';

/** A column that holds data of people, and what becomes of it in an anonymised clone. */
export interface AnonymisedColumn {
  readonly table: string;
  readonly column: string;
  readonly as: 'name' | 'email' | 'phone' | 'street' | 'number' | 'login' | 'text' | 'nothing';
}

/** What an environment holds of one kind, how sensitive it is, and the controls that follow (EST-09). */
export interface DataClass {
  readonly name: string;
  readonly holds: readonly string[];
  readonly sensitivity: 'public' | 'internal' | 'confidential' | 'restricted';
  readonly sensitivityReasons: readonly string[];
  readonly residency: readonly string[];
  readonly requiredControls: readonly string[];
  readonly declaredControls: readonly string[];
  /** How long backups that hold it must be kept by law. */
  readonly legal: LegalRetention | undefined;
  readonly anonymise: readonly AnonymisedColumn[];
  readonly place: Place;
}
