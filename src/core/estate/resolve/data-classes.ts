import type { DataClass, Place } from '../model.ts';
import { sensitivities } from '../schema/governance.ts';
import type { Declared } from '../schema/index.ts';
import { resolveLegal } from './backup.ts';

type Sensitivity = DataClass['sensitivity'];

interface Holding {
  readonly sensitivity: Sensitivity;
  readonly why: string;
  readonly controls: readonly string[];
}

/** How sensitive each kind of data is, and what it needs beyond its sensitivity (EST-09). */
export const holdings: Readonly<Record<string, Holding>> = {
  'supplier-pricing': {
    sensitivity: 'confidential',
    why: 'competitors would pay for it',
    controls: ['export-approval'],
  },
  'supplier-contracts': { sensitivity: 'confidential', why: 'contracts forbid disclosure', controls: [] },
  'customer-records': {
    sensitivity: 'confidential',
    why: 'personal data',
    controls: ['data-residency', 'erasure-procedure', 'neutralised-copies'],
  },
  'delivery-records': {
    sensitivity: 'confidential',
    why: 'names and addresses of recipients',
    controls: ['data-residency', 'neutralised-copies'],
  },
  'inventory-positions': { sensitivity: 'internal', why: 'shows the strength of the business', controls: [] },
  'shipment-details': { sensitivity: 'internal', why: 'shows who buys what', controls: [] },
  'employee-records': {
    sensitivity: 'restricted',
    why: 'personal data of people who depend on the employer',
    controls: ['data-residency', 'erasure-procedure', 'neutralised-copies', 'field-level-access', 'access-reviews'],
  },
  'financial-data': {
    sensitivity: 'confidential',
    why: 'accounts and their closing',
    controls: ['immutable-backups', 'separation-of-duties'],
  },
  'audit-trail': {
    sensitivity: 'restricted',
    why: 'it is the proof of everything else',
    controls: ['append-only-storage', 'immutable-backups'],
  },
};

const controlsBySensitivity: Readonly<Record<Sensitivity, readonly string[]>> = {
  public: [],
  internal: ['encryption-in-transit'],
  confidential: ['encryption-in-transit', 'encryption-at-rest', 'encrypted-backups', 'role-based-access'],
  restricted: [
    'encryption-in-transit',
    'encryption-at-rest',
    'encrypted-backups',
    'role-based-access',
    'access-logging',
    'multi-factor-authentication',
  ],
};

/** Derives sensitivity and required controls. A class may be declared more sensitive than it must be, never less. */
export function resolveDataClass(declared: Declared<'DataClass'>, place: Place): DataClass {
  const derived = declared.holds.flatMap((name) => {
    const holding = holdings[name];
    return holding === undefined ? [] : [{ name, ...holding }];
  });
  const rank = (sensitivity: Sensitivity): number => sensitivities.indexOf(sensitivity);
  const strictest = derived.reduce((worst, { sensitivity }) => Math.max(worst, rank(sensitivity)), 0);
  const sensitivity = sensitivities[Math.max(strictest, rank(declared.sensitivity ?? 'public'))] ?? 'restricted';
  const controls = [...controlsBySensitivity[sensitivity], ...derived.flatMap((holding) => holding.controls)];
  return {
    name: declared.name,
    holds: declared.holds,
    sensitivity,
    sensitivityReasons: derived.map((holding) => `${holding.name}: ${holding.sensitivity}, ${holding.why}`),
    residency: declared.residency ?? [],
    requiredControls: [...new Set(controls)].toSorted(),
    declaredControls: declared.controls ?? [],
    legal: declared.legal === undefined ? undefined : resolveLegal(declared.legal, `data class ${declared.name}`),
    anonymise: declared.anonymise ?? [],
    place,
  };
}
