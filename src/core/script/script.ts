/** Call a method of an Odoo model. `ids` is left out for a method of the model itself, as in `OdooRpc`. */
export interface OdooCall {
  readonly kind: 'call';
  readonly model: string;
  readonly method: string;
  readonly ids?: readonly number[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Fetch a page in the script's web session. The answer is a `WebPage` of the port. */
export interface PageAction {
  readonly kind: 'page';
  readonly path: string;
}

/** Post the sign-in form in the script's web session; the runner adds login and password, so that no script holds them. */
export interface FormAction {
  readonly kind: 'sign-in';
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A step of the transaction begins; the runner times it and bounds what follows by its deadline. */
interface StepAction {
  readonly kind: 'step';
  readonly name: string;
}

/** What was expected did not come true. The runner ends the script. */
interface FailAction {
  readonly kind: 'fail';
  readonly reason: string;
}

/** Everything a script can ask for. */
export type Action = OdooCall | PageAction | FormAction | StepAction | FailAction;

/** A transaction: yields actions, is resumed with their answers, or with the fault as an exception. */
export type Script<Result> = Generator<Action, Result, unknown>;

/** What a call may carry besides its model and method. */
export interface Limits {
  readonly ids?: readonly number[];
  readonly args?: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Calls a method and answers what Odoo answered, unread. */
export function* call(model: string, method: string, options: Limits = {}): Script<unknown> {
  return yield { kind: 'call', model, method, args: {}, context: {}, ...options };
}

/** Ends the script: the expectation that `reason` names was not met. */
export function* fail(reason: string): Script<never> {
  yield { kind: 'fail', reason };
  throw new Error(`a script was resumed after it failed: ${reason}`);
}
