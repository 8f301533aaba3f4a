import type { Action, Script } from '../core/script/index.ts';

/** How a script ended: with its result, or with an expectation that was not met. Faults are thrown. */
export type ScriptEnd<Result> =
  | { readonly kind: 'finished'; readonly result: Result }
  | { readonly kind: 'mismatch'; readonly reason: string };

/** What a script may ask of the world. Steps and failures never reach it. */
export type WorldAction = Exclude<Action, { kind: 'step' } | { kind: 'fail' }>;

/** Walks a script: hands each action to the world and the answer back to the script. */
export async function runScript<Result>(
  script: Script<Result>,
  world: (action: WorldAction) => Promise<unknown>,
  onStep: (name: string) => void = () => {},
): Promise<ScriptEnd<Result>> {
  let next = script.next();
  while (next.done !== true) {
    const action = next.value;
    if (action.kind === 'fail') {
      return { kind: 'mismatch', reason: action.reason };
    }
    if (action.kind === 'step') {
      onStep(action.name);
      next = script.next(undefined);
      continue;
    }
    let answer: unknown;
    try {
      answer = await world(action);
    } catch (error) {
      // The script may expect a fault and go on; one that does not lets it through.
      next = script.throw(error);
      continue;
    }
    next = script.next(answer);
  }
  return { kind: 'finished', result: next.value };
}
