import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Diagnostic, parseDuration, type Seconds } from '../kernel/index.ts';

/** The kinds of work the driver can do: the seven warehouse steps, order import, scans and label requests. */
export const loadClasses = [
  'order-import',
  'receiving',
  'putaway',
  'replenishment',
  'picking',
  'packing',
  'shipping',
  'returns',
  'scan',
  'label',
] as const;

export type LoadClass = (typeof loadClasses)[number];

/** For a while, all rates are multiplied. */
export interface Burst {
  readonly atSeconds: Seconds;
  readonly lastsSeconds: Seconds;
  readonly times: number;
}

/** A declared load: how often each kind of work arrives, whether or not Odoo keeps up. */
export interface LoadProfile {
  readonly name: string;
  readonly ratesPerSecond: Readonly<Partial<Record<LoadClass, number>>>;
  /** Rates grow from nothing to their full height over this time. */
  readonly rampSeconds: Seconds;
  readonly bursts: readonly Burst[];
  /** At most so many transactions at once; what arrives beyond is shed, and counted. */
  readonly mostInFlight: number;
}

const perUnit: Readonly<Record<string, Seconds>> = { s: 1, min: 60, m: 60, h: 3_600, d: 86_400 };
const fastest = 1_000;

/** Reads `60/h`, `2.5/min`, `1/s`; `undefined` for anything else. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*\/\s*(s|min|m|h|d)$/.exec(text.trim());
  const rate = Number(match?.[1]) / (perUnit[match?.[2] ?? ''] ?? Number.NaN);
  return rate <= fastest ? rate : undefined;
}

const rate = z.string().transform((text, context) => {
  const value = parseRate(text);
  if (value !== undefined) return value;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not a rate such as 60/h, 2/min or 1/s (at most ${fastest}/s)`,
  });
  return z.NEVER;
});

const duration = z.string().transform((text, context) => {
  const value = parseDuration(text);
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 90s or 5m` });
  return z.NEVER;
});

const classShape = Object.fromEntries(loadClasses.map((name) => [name, rate.optional()])) as Record<
  LoadClass,
  z.ZodOptional<typeof rate>
>;

const schema = z.strictObject({
  name: z.string().min(1).max(60),
  classes: z.strictObject(classShape).refine((classes) => Object.values(classes).some((value) => (value ?? 0) > 0), {
    message: 'a profile needs at least one class with a rate above zero',
  }),
  ramp: duration.default(0),
  bursts: z
    .array(z.strictObject({ at: duration, lasts: duration, times: z.number().positive().max(100) }))
    .max(100)
    .default([]),
  inFlight: z.number().int().min(1).max(256).default(16),
});

/** A profile, or everything that is wrong with it, with places. */
export function parseProfile(
  file: string,
  text: string,
): { readonly profile: LoadProfile | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const at = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const message = syntax.message.split('\n')[0] ?? 'not YAML';
    const hint = 'Correct the YAML; see docs/load.md for an example.';
    const diagnostic = { code: 'PROFILE_INVALID', severity: 'error', ...at(syntax.pos[0]), message, hint } as const;
    return { profile: undefined, diagnostics: [diagnostic] };
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 10 }));
  if (!parsed.success) {
    const diagnostics = parsed.error.issues.map((issue): Diagnostic => {
      const node = document.getIn([...issue.path], true) as { range?: [number, number, number] } | undefined;
      const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
      const hint = `Classes are ${loadClasses.join(', ')}; see docs/load.md for an example.`;
      const message = `${where}${issue.message}`;
      return { code: 'PROFILE_INVALID', severity: 'error', ...at(node?.range?.[0] ?? 0), message, hint };
    });
    return { profile: undefined, diagnostics };
  }
  const { name, classes, ramp, bursts, inFlight } = parsed.data;
  const rates = Object.entries(classes).filter(([, value]) => (value ?? 0) > 0);
  return {
    profile: {
      name,
      ratesPerSecond: Object.fromEntries(rates),
      rampSeconds: ramp,
      bursts: bursts.map((burst) => ({ atSeconds: burst.at, lastsSeconds: burst.lasts, times: burst.times })),
      mostInFlight: inFlight,
    },
    diagnostics: [],
  };
}
