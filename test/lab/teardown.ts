import { announceLabUser, stopLab } from './index.ts';

/** Vitest's global set-up for real tests: each file asks for what it needs; the lab stops after the last one. */
export async function setup(): Promise<() => Promise<void>> {
  await announceLabUser();
  return stopLab;
}
