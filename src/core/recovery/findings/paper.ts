import type { Environment } from '../../estate/index.ts';
import type { FindingDraft } from '../../observe/index.ts';
import type { Feasibility } from '../plan/feasibility.ts';
import { draft, graver } from './draft.ts';

/** An objective that is missed by less than this, at worst, is met for most purposes: a dump every day takes its minutes. */
const grace = 0.1;

/** Objectives that the declared plan cannot meet, not even on paper (DRP-02, DRP-10). */
export function paperFindings(environment: Environment, feasibility: Feasibility): readonly FindingDraft[] {
  const { rpo, rto } = feasibility;
  return (
    [
      ['RPO', rpo],
      ['RTO', rto],
    ] as const
  ).flatMap(([name, prospect]) => {
    const { verdict, targetSeconds = 0, expectedSeconds = 0 } = prospect;
    if (verdict !== 'infeasible' || expectedSeconds <= targetSeconds * (1 + grace)) return [];
    return [
      draft(environment, {
        code: `${name}_INFEASIBLE`,
        severity: prospect.isMeasured ? graver(environment) : 'warning',
        subject: name.toLowerCase(),
        reason: `The ${name} of ${environment.name} cannot be met as declared: ${prospect.why}`,
        action: 'Change the method or the interval, or declare an objective that can be kept.',
        evidence: {
          targetSeconds: prospect.targetSeconds ?? null,
          expectedSeconds: Math.round(prospect.expectedSeconds ?? 0),
          isMeasured: prospect.isMeasured,
        },
      }),
    ];
  });
}
