import type { Secret } from '../core/kernel/index.ts';

/** Keeps the API key of an environment's journey user on this controller. Losing it costs one renewal. */
export interface JourneyKeyStore {
  read(environment: string): Promise<Secret | undefined>;
  /** Replaces the key in one step: a reader sees the old one or the new one. */
  write(environment: string, key: string): Promise<Secret>;
}
