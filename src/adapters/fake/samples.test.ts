import { sampleReadingContract } from '../../ports/sample-reading.contract.ts';
import { createFakeSamples } from './samples.ts';

sampleReadingContract('the made-up measurements', () => {
  const now = Temporal.Instant.from('2026-11-20T12:30:00Z');
  const environment = 'acme-prod';
  const store = createFakeSamples({ now: () => now, environments: [environment], scenario: () => 'busy' });
  return { store, environment, gauge: 'odoo_picking_late_count', latency: 'odoo_request_seconds', now };
});
