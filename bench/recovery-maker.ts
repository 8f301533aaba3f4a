// Takes one backup in a process of its own, so that its memory is its own: `node recovery-maker.ts <database url> <filestore> <root> <number>`.
import { join } from 'node:path';
import { createBackupSource, createDumpInspector, createSpool } from '../src/adapters/backup-source/index.ts';
import { systemClock } from '../src/adapters/clock/system-clock.ts';
import { createMemoryStore } from '../src/adapters/memory/store.ts';
import { createSecret } from '../src/core/kernel/index.ts';
import { backupId } from '../src/core/recovery/index.ts';
import { backUp } from '../src/workflows/recovery/back-up.ts';
import { openSmallRepository } from '../test/recovery/small-repository.ts';

const [url = '', filestoreDirectory = '', root = '', number = '1'] = process.argv.slice(2);
const source = createBackupSource({ url: createSecret('url', url), filestoreDirectory });
const phases: Record<string, number> = {};
const startedAt = performance.now();
let [phase, phaseAt] = ['prepare', startedAt];
const enter = (next: string): void => {
  if (next === phase) return;
  const now = performance.now();
  phases[phase] = (phases[phase] ?? 0) + (now - phaseAt) / 1_000;
  [phase, phaseAt] = [next, now];
};

await backUp(
  {
    clock: systemClock,
    store: createMemoryStore(),
    source,
    repository: await openSmallRepository(root),
    spool: createSpool(join(root, 'spool')),
    inspector: createDumpInspector(),
    surroundings: async () => ({
      ...{
        configuration: [],
        software: [],
        addons: [],
        estateDocuments: 0,
        build: undefined,
        integrations: [],
        declaredIntegrations: [],
      },
    }),
  },
  {
    ...{ estate: 'bench', environment: 'lab', id: backupId(systemClock.now(), 'logical', `bench${number}`) },
    ...{ writer: 'bench', actor: { kind: 'cli', name: 'bench' }, jobs: 2 },
    report: (progress) => enter(progress.phase),
  },
);
enter('done');
const seconds = (performance.now() - startedAt) / 1_000;
await source.close();
console.log(JSON.stringify({ seconds, peakMib: process.resourceUsage().maxRSS / 1_024, phases }));
process.exit(0);
