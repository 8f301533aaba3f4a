import { type Diagnostic, formatDuration, parseDuration, type Seconds } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { Path } from '../read/documents.ts';
import { type TypedDocument, textAt } from '../read/typed.ts';

/** A pair of durations of which the first must not be longer than the second. */
interface Order {
  readonly shorter: Path;
  readonly longer: Path;
  readonly because: string;
}

const orders: readonly Order[] = [
  {
    shorter: ['objectives', 'rto'],
    longer: ['recovery', 'drillEvery'],
    because: 'a drill takes about as long as the recovery it proves',
  },
  {
    shorter: ['thresholds', 'collectEvery'],
    longer: ['thresholds', 'staleAfter'],
    because: 'every sample would be stale before the next look',
  },
  {
    shorter: ['thresholds', 'statementTimeout'],
    longer: ['thresholds', 'collectEvery'],
    because: 'one slow query would hold up the next look',
  },
  {
    shorter: ['thresholds', 'retainRaw'],
    longer: ['thresholds', 'retainRolledUp'],
    because: 'rolled-up samples would be gone before those they were made of',
  },
];

const shortestDrillInterval: Seconds = 3_600;
const longestRecovery: Seconds = 30 * 86_400;

/** Durations that cannot both be kept, in a tier or an environment. */
export function checkDurations(document: TypedDocument): readonly Diagnostic[] {
  if (document.kind !== 'Tier' && document.kind !== 'Environment') return [];
  return [
    ...orders.flatMap((order) => checkOrder(document, order)),
    ...checkDrill(document),
    ...checkBackup(document),
    ...checkRecovery(document),
  ];
}

function secondsAt(document: TypedDocument, path: Path): Seconds | undefined {
  const text = textAt(document, path);
  return text === undefined ? undefined : parseDuration(text);
}

function checkOrder(document: TypedDocument, { shorter, longer, because }: Order): readonly Diagnostic[] {
  const [least, most] = [secondsAt(document, shorter), secondsAt(document, longer)];
  if (least === undefined || most === undefined || least <= most || least === 0 || most === 0) return [];
  const message = `\`${shorter.join('.')}\` (${formatDuration(least)}) is longer than \`${longer.join('.')}\` (${formatDuration(most)})`;
  return [diagnose('DURATION_IMPOSSIBLE', document.placeOf(shorter), message, `It cannot be: ${because}.`)];
}

function checkDrill(document: TypedDocument): readonly Diagnostic[] {
  const path = ['recovery', 'drillEvery'];
  const seconds = secondsAt(document, path);
  if (seconds === undefined || seconds === 0 || seconds >= shortestDrillInterval) return [];
  const message = `a drill every ${formatDuration(seconds)} leaves no time to run one`;
  return [diagnose('DURATION_IMPOSSIBLE', document.placeOf(path), message, 'Write an hour or more; 7d is usual.')];
}

/** Logical dumps cannot come as often as a short RPO needs. */
function checkBackup(document: TypedDocument): readonly Diagnostic[] {
  const rpo = secondsAt(document, ['objectives', 'rpo']);
  const method = textAt(document, ['backup', 'method']);
  const every = secondsAt(document, ['backup', 'every']);
  if (rpo === undefined || rpo === 0 || every === undefined || every <= rpo || method === undefined) return [];
  if (method === 'physical') return [];
  const message = `a ${method} backup every ${formatDuration(every)} cannot keep an RPO of ${formatDuration(rpo)}`;
  const hint = 'Back up at least that often, or use `method: physical`, which archives every change.';
  return [diagnose('DURATION_IMPOSSIBLE', document.placeOf(['backup', 'every']), message, hint)];
}

function checkRecovery(document: TypedDocument): readonly Diagnostic[] {
  const path = ['objectives', 'rto'];
  const rto = secondsAt(document, path);
  if (rto === undefined || rto <= longestRecovery) return [];
  const message = `an RTO of ${formatDuration(rto)} is no objective`;
  return [diagnose('DURATION_IMPOSSIBLE', document.placeOf(path), message, 'Write at most 30d.')];
}
