import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { createPostgresAdmin } from '../src/adapters/odoo-database/postgres-admin.ts';
import { createPostgresOdooDatabase } from '../src/adapters/odoo-database/postgres-odoo-database.ts';
import { createSecret } from '../src/core/kernel/index.ts';
import { createReader } from '../src/workflows/connect-environment.ts';
import { labEnvironment } from '../src/workflows/observe/lab.fixture.ts';
import { lookAt } from '../src/workflows/observe/look.ts';
import { createObserverMemory } from '../src/workflows/observe/memory.ts';
import { startLab, stopLab } from '../test/lab/index.ts';

const looks = 12;
const role = 'plimsoll_bench';

/** Processor seconds of a backend, from the kernel. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What observing costs the Odoo database: processor time of the observer's own backends per look, at the default interval. */
export async function run(): Promise<void> {
  const lab = await startLab();
  const copy = await lab.createDatabase();
  const url = new URL(await lab.superuserUrl(copy.name));
  const watcher = postgres(url.href, { max: 1 });
  // The role that `plimsoll connect` makes: it alone sees everything that an observer asks, bloat among it.
  const admin = createPostgresAdmin(createSecret('lab', url.href));
  const password = randomBytes(12).toString('hex');
  await createReader(admin, labEnvironment(copy.name, 10), { role, password });
  await admin.close();
  url.username = role;
  url.password = password;
  const database = createPostgresOdooDatabase({ url: createSecret('lab', url.href), maxConnections: 1 });
  try {
    const environment = labEnvironment(copy.name, 10);
    const sources = {
      web: undefined,
      canProbeGevent: false,
      database,
      rpc: undefined,
      log: undefined,
      filestore: undefined,
      host: undefined,
    };
    const deps = { clock: systemClock, memory: createObserverMemory(), sources: () => sources };
    await lookAt(deps, environment);
    const [backend] =
      await watcher`select pid from pg_stat_activity where application_name = 'plimsoll' and datname = current_database()`;
    const pid = Number(backend?.['pid']);
    const before = await cpuSecondsOf(pid);
    // Every question at every look, the rare ones too: more than the default asks.
    for (let look = 0; look < looks; look += 1) {
      deps.memory.of(environment.name).answers.clear();
      await lookAt(deps, environment);
    }
    const perLook = ((await cpuSecondsOf(pid)) - before) / looks;
    const share = perLook / environment.thresholds.collectEverySeconds;
    console.log(`one look with every question: ${(perLook * 1_000).toFixed(1)} ms of one processor in the database`);
    console.log(
      `every ${environment.thresholds.collectEverySeconds} s: ${(share * 100).toFixed(2)} % of one processor (target: under 2 %)`,
    );
    if (share >= 0.02) process.exitCode = 1;
  } finally {
    await watcher.unsafe(`drop owned by ${role}; drop role ${role}`);
    await watcher.end();
    await database.close();
    await copy.drop();
    await stopLab();
  }
}
