import type { PlainOrSecret, SecretReference } from '../core/estate/index.ts';
import type { Secret } from '../core/kernel/index.ts';

/** Turns references into values at the last moment. Nothing is cached: a rotated secret counts from its next use. */
export interface Secrets {
  /** Throws `Fault` SECRET_UNRESOLVED naming the reference, never any part of a value. */
  resolve(reference: SecretReference): Promise<Secret>;
}

/** How a reference is written: `env:NAME`, `file:/absolute/path`, `file:state/path/in/the/state/directory`. */
export function describeReference(reference: SecretReference): string {
  return `${reference.source}:${reference.name}`;
}

/** The text of a value that may be plain or a reference. Reveal it only to whoever it is for. */
export async function resolveText(secrets: Secrets, value: PlainOrSecret): Promise<string> {
  return typeof value === 'string' ? value : (await secrets.resolve(value)).reveal();
}
