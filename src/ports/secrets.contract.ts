import { expect, test } from 'vitest';
import type { SecretReference } from '../core/estate/index.ts';
import type { Secrets } from './secrets.ts';

/** What every resolver of secrets promises. `known` resolves to `value`; each of `unknown` points at nothing. */
export function secretsContract(
  prepare: () => Promise<{
    readonly secrets: Secrets;
    readonly known: SecretReference;
    readonly value: string;
    readonly unknown: readonly SecretReference[];
  }>,
): void {
  test('a known reference resolves to its value, wrapped', async () => {
    const { secrets, known, value } = await prepare();
    const secret = await secrets.resolve(known);
    expect(secret.reveal()).toBe(value);
    expect(JSON.stringify({ secret })).not.toContain(value);
  });

  test('a reference to nothing is SECRET_UNRESOLVED and names the reference', async () => {
    const { secrets, unknown } = await prepare();
    for (const reference of unknown) {
      await expect(secrets.resolve(reference)).rejects.toMatchObject({
        code: 'SECRET_UNRESOLVED',
        message: expect.stringContaining(`${reference.source}:${reference.name}`),
      });
    }
  });
}
