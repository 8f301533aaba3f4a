import type { ApiClient } from '../contract/index.ts';
import { ApiProblem, routes } from '../contract/index.ts';
import type { Output } from './output.ts';

/** An open finding about recovery, as `status` shows it. */
export interface RecoveryLine {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly subject: string;
  readonly reason: string;
  readonly action: string;
}

const mostFindings = 1_000;
/** More lines than this hide the rest of the page. */
const shownLines = 5;

/** What is found by looks at recovery, at repositories, and by what continues files between physical backups. */
const recoverySources: ReadonlySet<string> = new Set(['recovery', 'repositories', 'file-marks']);

/** The open findings about recovery by environment, those of the estate as a whole by no name; none where whoever asks may not read findings. */
export async function recoveryLines(
  client: ApiClient,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly RecoveryLine[]>> {
  const query = { limit: mostFindings, includeClosed: 'false' } as const;
  const { items } = await client.call(routes.listFindings, { query, signal }).catch((error: unknown) => {
    if (error instanceof ApiProblem) return { items: [] };
    throw error;
  });
  const found = items
    .filter(({ source }) => recoverySources.has(source))
    .map(({ code, severity, subject, reason, action, environment }) => ({
      environment: environment ?? '',
      line: { code, severity, subject, reason, action },
    }));
  const grouped = Map.groupBy(found, ({ environment }) => environment);
  return new Map([...grouped].map(([environment, all]) => [environment, all.map(({ line }) => line)]));
}

const styles = { critical: 'red', warning: 'yellow', info: 'gray' } as const;

/** Prints what is to be done about recovery; advice only where there is nothing graver. */
export function printRecovery(lines: readonly RecoveryLine[], output: Output): void {
  const grave = lines.filter(({ severity }) => severity !== 'info');
  if (grave.length === 0) return;
  output.line('recovery');
  for (const { code, severity, reason, action } of grave.slice(0, shownLines)) {
    output.line(`  ${output.style(styles[severity], severity.padEnd(12))} ${code}: ${reason}`);
    output.line(`${' '.repeat(15)}${output.style('dim', action)}`);
  }
  if (grave.length > shownLines) output.line(`  and ${grave.length - shownLines} more under Findings`);
}
