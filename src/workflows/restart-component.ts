import type { ComponentTable } from '../ports/host.ts';

/** What came of a restart, in words that can stand in a record. */
export interface Restarted {
  readonly isGood: boolean;
  readonly note: string;
}

/**
 * Stops a component and starts it again. It is held meanwhile, so that whoever keeps it up does not start a second one; what an
 * operator keeps stopped stays so. Whatever happens, it is let go of in the end.
 */
export async function restartComponent(
  table: ComponentTable,
  component: string,
  environment: string,
  signal: AbortSignal,
): Promise<Restarted> {
  const known = (await table.list()).find((each) => each.component === component);
  if (known === undefined) return { isGood: false, note: `${environment} has no component ${component} here` };
  if (known.isHeld) {
    const way = `\`plimsoll component start ${environment} ${component}\` lifts that`;
    return { isGood: false, note: `an operator keeps ${component} stopped; ${way}` };
  }
  await table.hold(component, true);
  try {
    const how = await table.stop(component);
    await table.start(component, signal);
    const now = (await table.list()).find((each) => each.component === component);
    const process = now?.pid === undefined ? '' : ` as process ${now.pid}`;
    const before = how === 'was-gone' ? 'had not been running' : `was ${how}`;
    return { isGood: now?.isAlive === true, note: `${component} ${before} and runs again${process}` };
  } finally {
    await table.hold(component, false);
  }
}
