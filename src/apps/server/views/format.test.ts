import { expect, test } from 'vitest';
import { currentHealth } from './format.ts';

test('after its controller stopped, a healthy environment reads as unknown, not as healthy (OBS-09)', () => {
  const judgedAt = Temporal.Instant.from('2026-11-20T12:00:00Z');
  const well = { health: 'healthy', reasons: [] } as const;
  const health = { environment: 'acme-prod', business: well, infrastructure: well, judgedAt };
  const after = (seconds: number) => currentHealth('acme-prod', health, judgedAt.add({ seconds }), 60);
  expect(after(60)).toMatchObject({ business: { health: 'healthy' }, infrastructure: { health: 'healthy' } });
  for (const verdict of [after(61).business, after(61).infrastructure]) {
    expect(verdict.health).toBe('unknown');
    expect(verdict.reasons[0]?.action).toContain('plimsoll serve');
  }
  expect(currentHealth('acme-prod', undefined, judgedAt, 60).business.health).toBe('unknown');
});
