// A process that a test kills: `node doomed-roller.ts <database url> <seed>`. Writes samples of three hours, some of them
// again with another value, and rolls up what is behind, over and over.
import { createPostgresSampleStore, openPool } from '../src/adapters/postgres/index.ts';
import { createRandom } from '../src/core/kernel/index.ts';
import { createLatencySketch } from '../src/core/observe/index.ts';

const [url = '', seed = '1'] = process.argv.slice(2);
const store = createPostgresSampleStore(openPool(url, { maxConnections: 3 }));
const random = createRandom(Number(seed));
const start = Temporal.Instant.from('2026-11-20T09:00:00Z');

for (;;) {
  const batch = Array.from({ length: 200 }, () => ({
    environment: 'doomed',
    labels: { part: String(random.integer(3)) },
    at: start.add({ seconds: random.integer(3 * 3_600) }),
    value: 1 + random.integer(1_000),
  }));
  await store.write(batch.map((each) => ({ ...each, metric: 'host_cpu_ratio' })));
  await store.writeSketches(
    batch.slice(0, 20).map(({ value, ...each }) => {
      const sketch = createLatencySketch();
      sketch.add(value);
      const one = { metric: 'odoo_request_seconds', intervalSeconds: 10, count: 1 };
      return { ...each, ...one, sketch: sketch.toBytes() };
    }),
  );
  await store.rollUp(start.add({ hours: 3 }));
  process.stdout.write('.');
}
