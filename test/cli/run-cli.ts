import { runProgram } from '../../src/apps/cli/program.ts';

/** What a command line wrote and how it ended. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with an environment of its own and nothing of ours. */
export async function runCli(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<CliRun> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr') };
  const signal = AbortSignal.timeout(60_000);
  const code = await runProgram(argv, signal, { streams, environment: { NO_COLOR: '1', ...environment } });
  return { code, ...written };
}
