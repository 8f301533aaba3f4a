import type { HostComponent } from '../compile/index.ts';
import { type Refusal, type RefusalReason, refuse } from '../kernel/index.ts';
import type { ComposeFacts } from './facts.ts';
import {
  type ComposeStep,
  environmentAfter,
  environmentSteps,
  type ProvisionPlan,
  portReasons,
  spaceNeeded,
  spaceReasons,
} from './steps.ts';

function composeSpaceReasons({ missingImages, hasDatabase, freeBytes }: ComposeFacts): readonly RefusalReason[] {
  const images = missingImages.length > 0 && freeBytes.images !== undefined ? spaceNeeded.images : 0;
  const state = hasDatabase ? 0 : spaceNeeded.database;
  return [
    ...spaceReasons(
      "The disk of the engine's images",
      images,
      freeBytes.images ?? 0,
      'remove images that nothing uses with `docker image prune`',
    ),
    ...spaceReasons(
      'The disk of the state directory',
      state,
      freeBytes.state,
      'choose another place with PLIMSOLL_STATE',
    ),
  ];
}

/**
 * What is left to do until the environment runs in containers as declared: empty when it does. Refuses with every reason at
 * once, before anything is touched. `without` names components that an operator holds stopped.
 */
export function planComposeBringUp(
  facts: ComposeFacts,
  without: readonly HostComponent[] = [],
): ProvisionPlan<ComposeStep> | Refusal {
  if (facts.obstacle !== undefined) {
    return refuse({
      code: 'ENGINE_UNREACHABLE',
      message: `Platform compose cannot run here: ${facts.obstacle}.`,
      hint: 'Start the Docker engine and check with `docker info` and `docker compose version`, then run again.',
    });
  }
  const reasons = [...portReasons(facts), ...composeSpaceReasons(facts)];
  if (reasons.length > 0) return refuse(...reasons);
  const pull: readonly ComposeStep[] =
    facts.missingImages.length === 0
      ? []
      : [
          {
            kind: 'pull-images',
            images: facts.missingImages,
            title: `Pull ${facts.missingImages.join(' and ')}`,
            why: 'the official images; the engine keeps them for next time',
            expectedSeconds: 90,
          },
        ];
  return { kind: 'plan', steps: [...pull, ...environmentSteps(facts, without)] };
}

/** The facts after a step did what it says: what the planner's laws are tested with. */
export function composeFactsAfter(facts: ComposeFacts, step: ComposeStep): ComposeFacts {
  return step.kind === 'pull-images' ? { ...facts, missingImages: [] } : environmentAfter(facts, step);
}
