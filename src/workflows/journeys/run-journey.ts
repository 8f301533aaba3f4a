import { randomUUID } from 'node:crypto';
import type { Environment } from '../../core/estate/index.ts';
import {
  cleanUpStep,
  type Ending,
  findJourney,
  heldBackBy,
  holdBackSeconds,
  type JourneyDefinition,
  type JourneyInput,
  type JourneyRun,
  journeys as journeyCatalogue,
  judge,
  samplesOf,
  type Verdict,
  withSkipped,
} from '../../core/journey/index.ts';
import { Fault, type Refusal, refuse } from '../../core/kernel/index.ts';
import { runScript } from '../run-script.ts';
import type { JourneyDependencies } from './dependencies.ts';
import { isSetUp } from './install-journeys.ts';
import { createStepRecorder, type StepRecorder } from './record-steps.ts';
import { isOurKeyRefused, openWorld, type World } from './world.ts';

export interface JourneyOptions {
  /** What its records in Odoo bear. A run that is taken over keeps it, and so tidies what its first attempt left. */
  readonly id?: string;
  /** The business services that the journey proves, from the estate. */
  readonly services?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: (name: string) => void;
}

/** Whether the synthetic company was set up, perhaps by a controller whose keys are elsewhere. */
async function isInstalled(
  deps: JourneyDependencies,
  environment: Environment,
  signal?: AbortSignal,
): Promise<boolean> {
  if ((await deps.keys.read(environment.name)) !== undefined) return true;
  return isSetUp(deps.odoo, environment, signal);
}

/** Consent to write is given twice: in the estate, and by installing the synthetic company. */
async function refusalOf(
  deps: JourneyDependencies,
  environment: Environment,
  definition: JourneyDefinition,
  signal?: AbortSignal,
): Promise<Refusal | undefined> {
  if (!definition.writes) return undefined;
  if (!environment.journeys.writes) {
    return refuse({
      code: 'JOURNEY_WRITES_NOT_ALLOWED',
      message: `the estate does not allow journeys to write in ${environment.name}`,
      hint: 'set `journeys: { writes: true }` on the environment; until then only read-only journeys run',
    });
  }
  if (await isInstalled(deps, environment, signal)) return undefined;
  return refuse({
    code: 'JOURNEY_NOT_INSTALLED',
    message: `${environment.name} has no synthetic company`,
    hint: `run \`plimsoll journey install ${environment.name}\`; until then only read-only journeys run`,
  });
}

function endingOf(error: unknown, signal?: AbortSignal): Ending {
  if (signal?.aborted === true) return { kind: 'interrupted' };
  if (!(error instanceof Fault)) throw error;
  return { kind: 'fault', code: error.code, message: error.message, isOurKey: isOurKeyRefused(error) };
}

async function walk(
  script: ReturnType<JourneyDefinition['script']>,
  world: World,
  recorder: StepRecorder,
  options: JourneyOptions,
): Promise<Ending> {
  const { signal, onStep } = options;
  const limits = () => ({ timeoutSeconds: recorder.remainingSeconds(), signal });
  const begin = (name: string): void => {
    recorder.begin(name);
    onStep?.(name);
  };
  try {
    return await runScript(script, (action) => world(action, limits()), begin);
  } catch (error) {
    return endingOf(error, signal);
  }
}

/** Whether tidying makes sense: not while Odoo does not answer, nor when we are told to stop. The next run heals then. */
function mayCleanUp(ending: Ending): boolean {
  if (ending.kind === 'fault') return ending.code === 'ODOO_FAILED';
  return ending.kind !== 'interrupted';
}

async function act(
  deps: JourneyDependencies,
  environment: Environment,
  definition: JourneyDefinition,
  input: JourneyInput,
  options: JourneyOptions,
): Promise<{ readonly verdict: Verdict; readonly steps: JourneyRun['steps'] }> {
  const recorder = createStepRecorder(definition, deps.clock);
  let world: World;
  try {
    world = await openWorld(deps, environment, definition.actor);
  } catch (error) {
    return { verdict: judge(undefined, endingOf(error, options.signal)), steps: withSkipped(definition, []) };
  }
  const ending = await walk(definition.script(input), world, recorder, options);
  const verdict = judge(recorder.current, ending);
  recorder.end(verdict.reason);
  if (definition.cleanUp !== undefined && mayCleanUp(ending)) {
    recorder.begin(cleanUpStep);
    const tidied = await walk(definition.cleanUp(input), world, recorder, { ...options, onStep: () => {} });
    recorder.end(judge(cleanUpStep, tidied).reason);
  }
  return { verdict, steps: withSkipped(definition, recorder.done) };
}

async function decide(
  deps: JourneyDependencies,
  environment: Environment,
  definition: JourneyDefinition,
  input: JourneyInput,
  options: JourneyOptions,
): Promise<{ readonly verdict: Verdict; readonly steps: JourneyRun['steps'] }> {
  const skipped = withSkipped(definition, []);
  let refusal: Refusal | undefined;
  try {
    refusal = await refusalOf(deps, environment, definition, options.signal);
  } catch (error) {
    return { verdict: judge(undefined, endingOf(error, options.signal)), steps: skipped };
  }
  if (refusal !== undefined) {
    const reason = refusal.reasons.map(({ message, hint }) => `${message}; ${hint}`).join('; ');
    return { verdict: { outcome: 'refused', reason }, steps: skipped };
  }
  if (definition.writes) {
    const recent = await deps.journeys.list({ environment: environment.name, limit: 20 });
    const stuck = heldBackBy(recent, input.now);
    if (stuck !== undefined) {
      const reason = `held back: ${stuck.journey} timed out less than ${holdBackSeconds} s ago, and its request may still occupy a worker of Odoo (${stuck.reason})`;
      return { verdict: { outcome: 'unknown', reason }, steps: skipped };
    }
  }
  return act(deps, environment, definition, input, options);
}

/**
 * Runs one journey and records what came of it, also as samples. Answers instead of throwing whatever Odoo does; throws
 * only for a journey that does not exist, or when the record cannot be kept. Safe after an interruption at any point:
 * the next run tidies what an earlier one left. Not to be run twice at once for one environment and journey: the
 * controller's durable workflow sees to that, and a second one would be slow, not wrong.
 */
export async function runJourney(
  deps: JourneyDependencies,
  environment: Environment,
  journey: string,
  options: JourneyOptions = {},
): Promise<JourneyRun> {
  const definition = findJourney(journey);
  if (definition === undefined) {
    const known = journeyCatalogue.map(({ name }) => name).join(', ');
    throw new Fault('SETTING_INVALID', `there is no journey "${journey}"; there are ${known}`);
  }
  const startedAt = deps.clock.now();
  const id = options.id ?? randomUUID();
  const input: JourneyInput = {
    runId: id,
    majorVersion: Number(/(\d+)/.exec(environment.odoo.version)?.[1] ?? Number.NaN),
    now: startedAt,
    database: environment.odoo.database,
    cronOverdueAfterSeconds: environment.thresholds.cronOverdueAfterSeconds,
  };
  const { verdict, steps } = await decide(deps, environment, definition, input, options);
  const run: JourneyRun = {
    id,
    environment: environment.name,
    journey,
    services: options.services ?? [],
    startedAt,
    durationSeconds: deps.clock.now().since(startedAt).total('seconds'),
    outcome: verdict.outcome,
    reason: verdict.reason,
    steps,
  };
  await deps.journeys.record(run);
  const samples = samplesOf(run);
  if (samples.length > 0) await deps.samples.write(samples);
  return run;
}
