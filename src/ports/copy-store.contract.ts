import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { EnvironmentCopy } from '../core/recovery/index.ts';
import type { Store } from './store.ts';

const at = Temporal.Instant.from('2026-11-21T06:00:00.123456Z');

const copy = (more: Partial<EnvironmentCopy> = {}): EnvironmentCopy => ({
  id: randomUUID(),
  name: 'acme-staging',
  source: 'acme-prod',
  purpose: 'clone',
  stage: 'staging',
  state: 'requested',
  database: 'acme_staging',
  workers: { web: 2, gevent: 1, cron: 1 },
  ports: { postgres: 5480, web: 8169, gevent: 8172 },
  backup: '20261121T050000Z-logical-aaaaaa',
  reachesAt: at.subtract({ hours: 1 }),
  isLive: false,
  isAnonymised: true,
  isReduced: false,
  createdAt: at,
  changedAt: at,
  expiresAt: at.add({ hours: 24 }),
  ...more,
});

/** What every store promises about copies (EST-11). */
export function describeCopyStore(create: () => Promise<Store>): void {
  describe('copies of environments', () => {
    test('a copy is read back as it was written, newest first', async () => {
      const { copies } = await create();
      const first = copy();
      const second = copy({
        name: 'acme-rescue',
        purpose: 'restore',
        createdAt: at.add({ minutes: 1 }),
        expiresAt: null,
      });
      await copies.create(first);
      await copies.create(second);
      expect(await copies.find('acme-staging')).toEqual(first);
      expect(await copies.list({ includeRetired: false, limit: 10 })).toEqual([second, first]);
    });

    test('a name is one copy’s until it is retired; then it may be used again, and the old one is still known', async () => {
      const { copies } = await create();
      const first = copy();
      await copies.create(first);
      await expect(copies.create(copy())).rejects.toMatchObject({ code: 'COPY_EXISTS' });
      await copies.setState(first.id, 'retired', at.add({ hours: 1 }));
      expect(await copies.find('acme-staging')).toBeUndefined();
      const second = copy({ createdAt: at.add({ hours: 2 }) });
      await copies.create(second);
      expect((await copies.list({ includeRetired: true, limit: 10 })).map(({ id }) => id)).toEqual([
        second.id,
        first.id,
      ]);
      expect((await copies.list({ includeRetired: false, limit: 10 })).map(({ id }) => id)).toEqual([second.id]);
    });

    test('a state that changes says when', async () => {
      const { copies } = await create();
      const first = copy();
      await copies.create(first);
      await copies.setState(first.id, 'provisioned', at.add({ minutes: 2 }));
      expect(await copies.find(first.name)).toMatchObject({ state: 'provisioned', changedAt: at.add({ minutes: 2 }) });
      await copies.setState(randomUUID(), 'retired', at);
    });
  });
}
