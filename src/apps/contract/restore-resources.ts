import { z } from '@hono/zod-openapi';

const instant = z.iso.datetime();
/** With `Z` or an offset: nobody should have to guess which hour was meant. */
const askedInstant = z.iso.datetime({ offset: true });
const reason = z.object({ code: z.string(), message: z.string(), hint: z.string() });
const newName = z.string().min(1).max(63);
const year = 366 * 86_400;
const ageSeconds = z
  .number()
  .int()
  .min(1)
  .max(100 * year);

/** From what a restore starts, and what is agreed to. */
const fromWhere = {
  /** As it was then; as near to now as can be where it is absent. */
  at: askedInstant.optional(),
  /** Another backup than the newest that fits. */
  backup: z.string().min(1).max(200).optional(),
  /** From its copy in this Repository, where the first one is gone. */
  repository: z.string().min(1).max(100).optional(),
  /** Agreed: business of up to so long is missing. */
  acknowledgeLossSeconds: z.number().int().min(1).max(year).optional(),
  /** The journeys run in it before it is put in its place. */
  runsJourneys: z.boolean().default(false),
};

/** A new environment beside the one that is there, neutralised. */
export const restoreAsk = z.strictObject({ ...fromWhere, target: newName });

/** A neutralised copy for work on it, which is removed when its date has come. */
export const cloneAsk = z.strictObject({
  ...fromWhere,
  target: newName,
  stage: z.enum(['development', 'staging', 'uat', 'training', 'reporting', 'recovery-test']).default('staging'),
  expiresInSeconds: z
    .number()
    .int()
    .min(60)
    .max(year)
    .default(14 * 86_400),
  /** Names, addresses, numbers and text are replaced, and looked for again. */
  isAnonymised: z.boolean().default(false),
  /** What is left out where it is older than that. */
  reduceSeconds: z
    .strictObject({ mail: ageSeconds, attachments: ageSeconds, logs: ageSeconds })
    .partial()
    .refine((given) => Object.keys(given).length > 0, 'name what is left out: mail, attachments or logs')
    .optional(),
});

const inPlace = {
  ...fromWhere,
  /** Agreed: what is there now is not backed up first; it is set aside and kept. */
  withoutSafetyBackup: z.boolean().default(false),
  /** Agreed: also where what came back does not hold together. */
  acceptsDamage: z.boolean().default(false),
};

/** The environment itself is replaced. `confirm` is its name once more. */
export const inPlaceAsk = z.strictObject({ ...inPlace, confirm: z.string().min(1).max(100) });

/** Any of the three, to be looked at. */
export const restorePlanAsk = z.discriminatedUnion('mode', [
  restoreAsk.extend({ mode: z.literal('new') }),
  cloneAsk.extend({ mode: z.literal('clone') }),
  z.strictObject({ ...inPlace, mode: z.literal('in-place') }),
]);

/** What a restore or a clone would do, and what stands in its way. Nothing was touched. */
export const restorePreview = z
  .object({
    mode: z.enum(['new', 'clone', 'in-place']),
    target: z.string(),
    lookedAt: instant,
    /** Null where it cannot be done. */
    plan: z
      .object({
        backup: z.string(),
        method: z.enum(['logical', 'physical']),
        /** Nothing committed after it comes back. */
        reachesAt: instant,
        /** How long before the wanted instant that is. */
        offSeconds: z.number(),
        why: z.string(),
        /** Business that is lost by it; null where nothing is replaced. */
        lossSeconds: z.number().nullable(),
        /** What it takes on the machine, beside what is there; null where the backup does not say. */
        neededBytes: z.number().nullable(),
        /** It is backed up first what is there now. */
        takesSafetyBackup: z.boolean(),
        steps: z.array(z.object({ title: z.string(), why: z.string() })),
      })
      .nullable(),
    /** What the tier allows to lose; null where it says nothing. */
    rpoSeconds: z.number().nullable(),
    /** The last business that the source has now; null where it does not say. */
    lastBusinessRowAt: instant.nullable(),
    freeBytes: z.number().nullable(),
    /** What has to be agreed to first; `acknowledgeLossSeconds` is how much loss that is, with what is written until it begins. */
    agreements: z.array(reason.extend({ acknowledgeLossSeconds: z.number().nullable() })),
    /** Why it cannot be done, whatever is agreed to. */
    refusals: z.array(reason),
  })
  .openapi('RestorePreview');

/** What retention keeps and withdraws in one repository, and what each is kept for. */
export const prunePlan = z
  .object({
    repository: z.string(),
    timezone: z.string(),
    keep: z.array(z.object({ id: z.string(), at: instant, reasons: z.array(z.string()) })),
    withdraw: z.array(z.object({ id: z.string(), at: instant, reason: z.string() })),
    /** In the records, and in the repository no more. */
    gone: z.array(z.string()),
  })
  .openapi('PrunePlan');

/** A long piece of work that was asked for: `GET /recovery-tasks/{id}` says how it goes. */
export const askedTask = z.object({ id: z.string() }).openapi('AskedTask');
