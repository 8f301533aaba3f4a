import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Most of a short command is compiling what was compiled for the command before. Checked against every file's content,
// so it cannot be stale; where it cannot be written, Node does without.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/plimsoll'));
// What is private says so by its mode. All else is for PostgreSQL's and Odoo's own users too: under the narrow mask of a
// hardened machine they could not read what is made for them.
process.umask(0o022);
const { runProgram } = await import('./program.ts');

// Only now: while the program is being loaded, Ctrl-C simply ends it.
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
}

// A reader that has seen enough (`| head`) closes the pipe: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), interrupted.signal);
