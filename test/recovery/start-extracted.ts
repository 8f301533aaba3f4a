import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../src/adapters/host/command.ts';

const shell = (command: string): Promise<readonly string[]> =>
  runCommand({ command: ['/bin/sh', '-c', command], timeoutSeconds: 120 });

/** Runs what `restore --to-directory` printed, to the letter; answers what the cluster then says, and stops it. */
export async function startExtracted(rescue: string, next: readonly string[]) {
  try {
    const printed: string[] = [];
    for (const command of next) printed.push(...(await shell(command)));
    const psql = next.find((command) => command.includes('psql'))?.replace(/ -c .*/, '') ?? '';
    const ask = (query: string) => shell(`${psql} -Atc "${query}"`);
    const files = await ask('select distinct store_fname from ir_attachment where store_fname is not null');
    const missing: string[] = [];
    for (const file of files) await access(join(rescue, 'filestore', file)).catch(() => missing.push(file));
    const notes = await ask("select key from ir_config_parameter where key like 'instant.%' order by key");
    return { printed: printed.join('\n'), notes, files: files.length, missing };
  } finally {
    await shell(`runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl -D ${rescue}/cluster -m fast stop`);
  }
}
