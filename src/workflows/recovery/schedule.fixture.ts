import { createMemoryDurable } from '../../../test/memory-durable.ts';
import { parseEstate } from '../../core/estate/index.ts';
import type { DurableInput } from '../../ports/durable.ts';

const text = (backup: string): string => `
kind: Estate
name: northsea
---
kind: Tier
name: weekly
recovery: { pattern: backup-restore, drillEvery: 7d }
---
kind: Repository
name: vault
directory: /srv/vault
sealedTo: ["file:state/keys/recipients"]
signingKey: "file:state/keys/signing-key"
---
kind: Environment
name: acme-prod
stage: production
tier: weekly
platform: host
odoo: { version: "19.0", database: acme }
backup: { ${backup} }
connect: { filestore: { directory: /srv/filestore } }
`;

/** An estate with one environment, a clock that tests move, and an engine that only remembers what it was asked to start. */
export function createScheduleGround(backup = 'method: logical, every: 1d') {
  const { estate } = parseEstate([{ path: 'estate.yaml', text: text(backup) }]);
  if (estate === undefined) throw new Error('the estate does not parse');
  let now = Temporal.Instant.from('2026-11-21T08:00:00Z');
  const durable = createMemoryDurable();
  const { defined, started } = durable;
  const context = { runId: 'r', createdAt: now, step: (_name: string, work: () => Promise<never>) => work() };
  return {
    estate,
    started,
    durable,
    clock: { now: () => now },
    run: (workflow: string, input: DurableInput = {}) =>
      defined.get(workflow)?.run({ environment: 'acme-prod', ...input }, context),
    runWith: (workflow: string, input: DurableInput) => defined.get(workflow)?.run(input, context),
    pass: (duration: Temporal.DurationLike): void => {
      now = now.add(duration);
    },
  };
}
