import type { z } from '@hono/zod-openapi';
import type { Environment } from '../../../core/estate/index.ts';
import type { RestoreAgreement } from '../../../core/recovery/index.ts';
import type { PlannedPrune } from '../../../workflows/recovery/prune.ts';
import type { resource } from '../../contract/index.ts';
import type { LookedAtRestore, RestoreAsk } from '../deps.ts';
import { iso } from './format.ts';

type Preview = z.input<typeof resource.restorePreview>;

/** The core's ways out name what one types; whoever asks by the API sends a field. */
function agreementView({ code, message, hint, acceptLossSeconds }: RestoreAgreement): Preview['agreements'][number] {
  const common = { code, message, acknowledgeLossSeconds: acceptLossSeconds };
  if (acceptLossSeconds !== null) {
    const field = `\`acknowledgeLossSeconds: ${acceptLossSeconds}\``;
    return {
      ...common,
      hint: `Choose another point; or agree to it with ${field}, which is what is missing once it begins.`,
    };
  }
  if (code !== 'NO_SAFETY_BACKUP') return { ...common, hint };
  const field = '`withoutSafetyBackup: true`';
  return { ...common, hint: `Bring its database up; or go on with ${field}: then the old data is set aside and kept.` };
}

function planView({ plan }: LookedAtRestore): Preview['plan'] {
  if (plan === undefined) return null;
  const { point, lossSeconds, neededBytes, steps } = plan;
  return {
    backup: point.id,
    method: point.method,
    reachesAt: iso(point.reachesAt),
    offSeconds: point.offSeconds,
    why: point.why,
    lossSeconds,
    neededBytes,
    takesSafetyBackup: steps.some(({ kind }) => kind === 'safety-backup'),
    steps: steps.map(({ title, why }) => ({ title, why })),
  };
}

/** What a restore would do, as the API shows it. */
export function restorePreviewView(environment: Environment, ask: RestoreAsk, looked: LookedAtRestore): Preview {
  const { lookedAt, view, agreements, refusals } = looked;
  const last = view?.lastBusinessRowAt;
  return {
    mode: ask.mode,
    target: ask.mode === 'in-place' ? environment.name : ask.target,
    lookedAt: iso(lookedAt),
    plan: planView(looked),
    rpoSeconds: environment.objectives.rpoSeconds ?? null,
    lastBusinessRowAt: last === undefined || last === null ? null : iso(last),
    freeBytes: view?.freeBytes ?? null,
    agreements: agreements.map(agreementView),
    refusals: refusals.map((each) => ({ ...each })),
  };
}

/** What retention says of one repository, as the API shows it. */
export function prunePlanView({
  declared,
  plan,
  gone,
}: Pick<PlannedPrune, 'declared' | 'plan' | 'gone'>): z.input<typeof resource.prunePlan> {
  return {
    repository: declared.name,
    timezone: plan.timezone,
    keep: plan.keep.map(({ id, at, reasons }) => ({ id, at: iso(at), reasons: [...reasons] })),
    withdraw: plan.withdraw.map(({ id, at, reason }) => ({ id, at: iso(at), reason })),
    gone: [...gone],
  };
}
