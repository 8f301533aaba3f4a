import { createLatencySketch } from '../src/core/observe/index.ts';
import type { ReadableSamples } from '../src/ports/sample-reading.contract.ts';
import type { SampleStore } from '../src/ports/sample-store.ts';

let made = 0;

/** Half an hour of a gauge and of a latency in a store that keeps what is written to it. */
export async function writeReadable(store: SampleStore): Promise<ReadableSamples> {
  made += 1;
  const environment = `reading-${process.pid}-${made}`;
  const now = Temporal.Instant.from('2026-11-20T12:30:00Z');
  const times = Array.from({ length: 180 }, (_, index) => now.subtract({ seconds: index * 10 }));
  const gauge = 'odoo_picking_late_count';
  const latency = 'odoo_request_seconds';
  await store.write(
    times.flatMap((at, index) =>
      ['WH', 'FXT'].map((warehouse) => ({
        ...{ environment, metric: gauge, labels: { warehouse }, at, value: (index * 37) % 101 },
      })),
    ),
  );
  const sketch = createLatencySketch();
  for (let value = 1; value <= 100; value += 1) sketch.add(value / 100);
  const one = { environment, metric: latency, labels: { class: 'stock.picking.write' }, count: 100 };
  await store.writeSketches(times.map((at) => ({ ...one, at, intervalSeconds: 10, sketch: sketch.toBytes() })));
  return { store, environment, gauge, latency, now };
}
