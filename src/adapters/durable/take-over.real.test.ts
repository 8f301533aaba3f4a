import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/embedded-store.ts';
import { eventually } from '../../../test/serve.ts';

const database = await createTestDatabase();
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});
const program = join(import.meta.dirname, '../../../test/doomed-worker.ts');

function worker(pace: 'slow' | 'quick'): ChildProcess {
  const child = spawn(process.execPath, [program, database.url, pace], { stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(child);
  return child;
}

async function stepsOf(): Promise<readonly string[]> {
  const rows = await database.sql<{ step: string }[]>`SELECT step FROM attempt ORDER BY number`;
  return rows.map(({ step }) => step);
}

describe('a durable run whose worker is killed', () => {
  test('is finished by another worker: what was done is not done again, what was begun is begun again', async () => {
    await database.sql`CREATE TABLE attempt (number serial, step text)`;
    await database.sql`CREATE TABLE effect (key text PRIMARY KEY)`;
    const doomed = worker('slow');
    await eventually(30, async () => ((await stepsOf()).includes('second') ? true : undefined));
    doomed.kill('SIGKILL');
    worker('quick');
    await eventually(90, async () => {
      const [run] = await database.sql<{ status: string }[]>`SELECT status FROM plimsoll_workflow.workflow_runs`;
      return run?.status === 'completed' || run?.status === 'succeeded' ? run : undefined;
    });
    expect(await stepsOf()).toEqual(['first', 'second', 'second']);
    const effects = await database.sql<{ key: string }[]>`SELECT key FROM effect ORDER BY key`;
    expect(effects.map(({ key }) => key.split('/')[1])).toEqual(['first', 'second']);
  });
});
