import { runProgram } from './program.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
}

process.exitCode = await runProgram(process.argv.slice(2), interrupted.signal);
