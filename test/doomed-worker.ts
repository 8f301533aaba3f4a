// A worker that a test kills in the middle of a run: `node doomed-worker.ts <database url> <slow|quick>`.
import postgres from 'postgres';
import { openDurable } from '../src/adapters/durable/open-workflow.ts';

const [url = '', pace = 'quick'] = process.argv.slice(2);
const sql = postgres(url, { max: 2, onnotice: () => {} });
const durable = await openDurable(url, { concurrency: 1 });

durable.define({
  name: 'two-effects',
  attempts: 3,
  run: async (_input, { runId, step }) => {
    await step('first', async () => {
      await sql`INSERT INTO attempt (step) VALUES ('first')`;
      await sql`INSERT INTO effect (key) VALUES (${`${runId}/first`})`;
      return null;
    });
    await step('second', async () => {
      await sql`INSERT INTO attempt (step) VALUES ('second')`;
      // A step may be begun twice, so its effect carries the run's key.
      await sql`INSERT INTO effect (key) VALUES (${`${runId}/second`}) ON CONFLICT DO NOTHING`;
      if (pace === 'slow') await new Promise((resolve) => setTimeout(resolve, 600_000));
      return null;
    });
  },
});
await durable.startWorker();
if (pace === 'slow') await durable.start('two-effects', {}, 'slot/1');
