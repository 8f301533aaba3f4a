import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { freePort, postgresBinaries } from '../../src/adapters/host/places.ts';
import { startProcess, stopProcess } from '../../src/adapters/host/processes.ts';
import { timeTarget } from '../../src/adapters/pgbackrest/index.ts';
import { hostPaths, hostUsers } from '../../src/core/compile/host/index.ts';
import type { ArchivedCluster } from './archived-cluster.ts';
import { quiet } from './archived-cluster.ts';

const waitSeconds = 120;

async function untilPaused(url: string): Promise<postgres.Sql> {
  const deadline = performance.now() + waitSeconds * 1_000;
  for (;;) {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    const state = await sql<{ state: string }[]>`select pg_get_wal_replay_pause_state() as state`.catch(() => []);
    if (state[0]?.state === 'paused') return sql;
    await sql.end({ timeout: 1 });
    if (performance.now() > deadline) throw new Error(`recovery did not pause within ${waitSeconds} s`);
    await sleep(200);
  }
}

/**
 * Recovers a backup to one instant after the other, and asks the database at each: PostgreSQL pauses there and answers
 * read-only. Much less than a restore for each.
 */
export async function stepThrough<Answer>(
  cluster: ArchivedCluster,
  backup: { readonly label: string; readonly database: string },
  instants: readonly Temporal.Instant[],
  ask: (sql: postgres.Sql) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const root = await mkdtemp(join(tmpdir(), 'plimsoll-step-'));
  await chmod(root, 0o755);
  const dataDirectory = join(root, 'data');
  const port = await freePort();
  const password = (await readFile(hostPaths(cluster.layout).superuserPasswordFile, 'utf8')).trim();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/${backup.database}`;
  const answers: Answer[] = [];
  try {
    await cluster.backups.fill({ label: backup.label, at: instants[0], dataDirectory }, quiet);
    const own = join(dataDirectory, 'postgresql.auto.conf');
    const filled = await readFile(own, 'utf8');
    const kept = filled.split('\n').filter((line) => line.startsWith('restore_command'));
    for (const at of instants) {
      const target = [`recovery_target_time = '${timeTarget(at)}'`, "recovery_target_action = 'pause'"];
      await writeFile(own, `${[...kept, ...target].join('\n')}\n`);
      await appendFile(own, `port = ${port}\narchive_mode = off\nhot_standby = on\nfsync = off\n`);
      const { record } = await startProcess({
        name: 'step',
        command: [`${postgresBinaries}/postgres`, '-D', dataDirectory],
        environment: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
        user: hostUsers.postgres,
        directory: '/',
        logFile: join(root, 'step.log'),
        stopSignal: 'SIGINT',
        stopWithinSeconds: 60,
      });
      try {
        const sql = await untilPaused(url);
        answers.push(await ask(sql).finally(() => sql.end({ timeout: 5 })));
      } finally {
        await stopProcess(record);
      }
    }
    return answers;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
