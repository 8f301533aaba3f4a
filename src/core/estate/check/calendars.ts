import type { Diagnostic } from '../../kernel/index.ts';
import { everOccurs } from '../calendar/occurrences.ts';
import { countsFromStart, hasOwnStart, type RuleProblem, readRule } from '../calendar/rule.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { type TypedDocument, textAt, textsAt } from '../read/typed.ts';
import { expandPath } from './references.ts';

const windows = new Set(['peak', 'freeze', 'change-window', 'maintenance-window', 'receiving-window']);

/** Checks every calendar rule by really reading it and looking for its first occurrence. */
export function checkCalendars(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  // Warehouses share their habits: a thousand sites have a handful of different rules.
  const judged = new Map<string, readonly RuleProblem[]>();
  return documents.flatMap((document) => {
    if (document.kind === 'Site') {
      return expandPath(document, ['calendar', '*']).flatMap((path) => checkEvent(document, path, judged));
    }
    if (document.kind !== 'Team') return [];
    return expandPath(document, ['onCall', 'shifts', '*']).flatMap((path) => checkEvent(document, path, judged));
  });
}

/** Where a document says in which zone its rules are: a site as a whole, a team for its schedule. */
const zonePath = ({ kind }: TypedDocument): readonly string[] =>
  kind === 'Team' ? ['onCall', 'timezone'] : ['timezone'];

function checkEvent(
  site: TypedDocument,
  path: readonly (string | number)[],
  judged: Map<string, readonly RuleProblem[]>,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const kind = textAt(site, [...path, 'kind']) ?? '';
  const name = textAt(site, [...path, 'name']) ?? site.name ?? '';
  if (windows.has(kind) && textAt(site, [...path, 'lasts']) === undefined) {
    found.push(diagnose('EVENT_WITHOUT_LENGTH', site.placeOf(path), `the ${kind} \`${name}\` has no length`));
  }
  const rule = textAt(site, [...path, 'rule']);
  if (rule === undefined) return found;
  const text = {
    rule,
    timezone: safeZone(textAt(site, zonePath(site))),
    starts: safeLocal(textAt(site, [...path, 'starts'])),
    except: textsAt(site, [...path, 'except']).map((item) => item.text),
  };
  const key = JSON.stringify(text);
  const problems = judged.get(key) ?? judgeRule(text);
  judged.set(key, problems);
  const place = site.placeOf([...path, 'rule']);
  return [
    ...found,
    ...problems.map(({ code, message, hint }) => diagnose(code, place, `\`${name}\`: ${message}`, hint)),
  ];
}

function judgeRule(text: Parameters<typeof readRule>[0]): readonly RuleProblem[] {
  const rule = readRule(text);
  if ('code' in rule) return [rule];
  const problems: RuleProblem[] = [];
  if (countsFromStart(rule) && !hasOwnStart(rule)) {
    problems.push({
      code: 'RULE_START_MISSING',
      message: 'the rule counts (INTERVAL, COUNT), but nothing says from when',
      hint: 'Add `starts: 2026-01-05`, the local date of its first occurrence; without it, it counts from 2001-01-01.',
    });
  }
  if (!everOccurs(rule)) {
    const hint = 'Look for a date that does not exist (30 February), or an UNTIL before the first occurrence.';
    problems.push({ code: 'RULE_NEVER_OCCURS', message: 'the rule never occurs', hint });
  }
  return problems;
}

/** A wrong zone or start has its own diagnostic; the rule is judged without them. */
function safeZone(timezone: string | undefined): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timezone ?? 'UTC').timeZoneId;
  } catch {
    return 'UTC';
  }
}

function safeLocal(starts: string | undefined): string | undefined {
  try {
    return starts === undefined ? undefined : Temporal.PlainDateTime.from(starts).toString();
  } catch {
    return undefined;
  }
}
