import { type EstateFile, readDocuments } from './read/documents.ts';
import { readSecretReference } from './schema/scalars.ts';

/** An integration of an environment as a backup names it: what to set up again, and where its settings and secrets are kept. */
export interface NamedIntegration {
  readonly name: string;
  /** The kind of party: carrier, wms, edi … */
  readonly partner: string;
  readonly exchange: string;
  /** `env:DHL_URL`, `file:/etc/odoo/dhl.key`, sorted: where settings and secrets come from, never what they are. */
  readonly references: readonly string[];
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

/** Every reference to a secret that stands anywhere in a document. */
function referencesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return readSecretReference(value) === undefined ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function namedIn(value: unknown, environment: string): NamedIntegration | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, name, partner, exchange, environments } = value as Readonly<Record<string, unknown>>;
  const isOfIt = Array.isArray(environments) && environments.includes(environment);
  if (kind !== 'Integration' || typeof name !== 'string' || !isOfIt) return undefined;
  const references = [...new Set(referencesIn(value))].toSorted();
  return { name, partner: textOf(partner), exchange: textOf(exchange), references };
}

/**
 * The integrations of an environment as texts of an estate have them, sorted by name. Only what names them is read, so that
 * the documents of an old backup are understood although today's rules are stricter.
 */
export function integrationsIn(files: readonly EstateFile[], environment: string): readonly NamedIntegration[] {
  return files
    .flatMap((file) => readDocuments(file).documents)
    .flatMap(({ value }) => namedIn(value, environment) ?? [])
    .toSorted(byName);
}
