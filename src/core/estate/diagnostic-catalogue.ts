import type { Diagnostic } from '../kernel/index.ts';

interface DiagnosticDefinition {
  readonly severity: Diagnostic['severity'];
  readonly summary: string;
  readonly remedy: string;
}

/**
 * Everything that can be wrong or doubtful in an estate: one stable code each.
 * docs/reference/diagnostics.md is generated from this table and a test keeps both directions.
 */
export const diagnosticCatalogue = {
  FILE_UNREADABLE: {
    severity: 'error',
    summary: 'A file of the estate cannot be read.',
    remedy: 'Correct its permissions, or move it out of the estate directory.',
  },
  FILE_TOO_LARGE: {
    severity: 'error',
    summary: 'A file of the estate is larger than Plimsoll reads.',
    remedy: 'Split it; one file may hold many documents, but not more than 4 MiB.',
  },
  FILE_NOT_UTF8: {
    severity: 'error',
    summary: 'A file of the estate is not UTF-8 text.',
    remedy: 'Save it as UTF-8.',
  },
  FILE_LINK_LEAVES: {
    severity: 'error',
    summary: 'A symbolic link leads out of the estate directory.',
    remedy: 'Copy the file into the estate; what is declared must be in one place.',
  },
  FILES_TOO_MANY: {
    severity: 'error',
    summary: 'The directory holds more files than Plimsoll reads.',
    remedy: 'Name the estate directory itself, not one of its parents.',
  },
  YAML_INVALID: {
    severity: 'error',
    summary: 'A file is not YAML.',
    remedy: 'Correct the syntax at the place; the other files were checked all the same.',
  },
  YAML_DUPLICATE_KEY: {
    severity: 'error',
    summary: 'A key stands twice in one mapping.',
    remedy: 'Keep one of the two; YAML would silently drop the other.',
  },
  DOCUMENT_INVALID: {
    severity: 'error',
    summary: 'A document is not a mapping of keys to values.',
    remedy: 'Begin it with `kind:` and `name:`; separate documents with `---`.',
  },
  KIND_UNKNOWN: {
    severity: 'error',
    summary: 'A document has no kind, or one that does not exist.',
    remedy: 'Use one of the kinds in docs/estate.md.',
  },
  ESTATE_MISSING: {
    severity: 'error',
    summary: 'No document of kind Estate names the estate.',
    remedy: 'Add one: `kind: Estate` and `name: my-estate`.',
  },
  KEY_UNKNOWN: {
    severity: 'error',
    summary: 'A key is not one that this place knows.',
    remedy: 'Correct the spelling, or remove it.',
  },
  VALUE_MISSING: { severity: 'error', summary: 'A value that is needed is missing.', remedy: 'Add it.' },
  VALUE_INVALID: {
    severity: 'error',
    summary: 'A value has the wrong type or is not one of the allowed ones.',
    remedy: 'Write one of the forms that the hint names.',
  },
  NAME_INVALID: {
    severity: 'error',
    summary: 'A name has characters that are not safe in paths, labels and addresses.',
    remedy: 'Use lower-case letters, digits and hyphens.',
  },
  NAME_DUPLICATE: {
    severity: 'error',
    summary: 'Two documents of one kind, or two events of one site, have the same name.',
    remedy: 'Rename one of the two.',
  },
  EXCEPTION_EXPIRED: {
    severity: 'warning',
    summary: 'An exception from a policy has expired: its last day has passed.',
    remedy: 'Meet the policy and remove the exception, or have it approved again with a later date.',
  },
  DURATION_INVALID: {
    severity: 'error',
    summary: 'A duration is not written as one.',
    remedy: 'Write a number and a unit, such as 90s, 5m, 1h30m, 7d or 4w.',
  },
  DURATION_IMPOSSIBLE: {
    severity: 'error',
    summary: 'A duration cannot be kept: it is zero, or contradicts another.',
    remedy: 'Write durations that fit together.',
  },
  PERCENT_INVALID: {
    severity: 'error',
    summary: 'A percentage is not written as one.',
    remedy: 'Write a number and a percent sign, such as 99.9%.',
  },
  SIZE_INVALID: { severity: 'error', summary: 'A size is not written as one.', remedy: 'Write it as 20GiB.' },
  DATE_INVALID: {
    severity: 'error',
    summary: 'A date or local time does not exist.',
    remedy: 'Write it as 2026-12-25 or 2026-12-25T09:00.',
  },
  PATH_INVALID: {
    severity: 'error',
    summary: 'A path is relative or climbs out of its directory.',
    remedy: 'Write an absolute path, or state/… for one inside the state directory.',
  },
  TIMEZONE_UNKNOWN: {
    severity: 'error',
    summary: 'A time zone is not in the IANA database.',
    remedy: 'Use a name such as Europe/Amsterdam.',
  },
  RULE_INVALID: {
    severity: 'error',
    summary: 'A calendar rule is not an iCalendar rule.',
    remedy: 'Write an RRULE, such as FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0.',
  },
  RULE_NEVER_OCCURS: {
    severity: 'error',
    summary: 'A calendar rule never occurs.',
    remedy: 'Look for a date that does not exist, or an end before the beginning.',
  },
  RULE_TOO_FREQUENT: {
    severity: 'error',
    summary: 'A calendar rule occurs more often than business calendars do.',
    remedy: 'Use FREQ=HOURLY or longer; minutes and seconds belong to thresholds.',
  },
  RULE_START_MISSING: {
    severity: 'warning',
    summary: 'A calendar rule counts (INTERVAL, COUNT) without a start to count from.',
    remedy: 'Add `starts: 2026-01-05`, the local date of its first occurrence.',
  },
  EVENT_WITHOUT_LENGTH: {
    severity: 'warning',
    summary: 'A window, freeze or peak has no length, so that it never covers an instant.',
    remedy: 'Add `lasts: 24h`, or whatever it takes.',
  },
  SECRET_IN_PLAIN: {
    severity: 'error',
    summary: 'A secret is written as a plain value. Take it for disclosed: whoever reads the repository has it.',
    remedy: 'Replace it with env:NAME or file:/path, and change the secret itself.',
  },
  SECRET_REFERENCE_INVALID: {
    severity: 'error',
    summary: 'A reference to a secret is not written as one.',
    remedy: 'Write env:NAME, file:/path or file:state/path.',
  },
  VERSION_UNSUPPORTED: {
    severity: 'error',
    summary: 'Plimsoll does not know this version of Odoo.',
    remedy: 'Supported are 14.0 to 19.0.',
  },
  REFERENCE_UNKNOWN: {
    severity: 'error',
    summary: 'A document refers to another that is not declared.',
    remedy: 'Correct the name, or declare what it names.',
  },
  PEAK_ELSEWHERE: {
    severity: 'error',
    summary: 'An environment has thresholds for a peak that is only on at sites where it does not work.',
    remedy: 'Give one of its own sites a peak of that profile, or name the site under `sites`.',
  },
  OWNER_UNDECLARED: {
    severity: 'warning',
    summary: 'An owner is not declared as a Team, so that nobody can be called.',
    remedy: 'Add a document `kind: Team` with that name.',
  },
  JOURNEY_UNKNOWN: {
    severity: 'warning',
    summary: 'Plimsoll brings no journey of that name.',
    remedy: 'Use one that `plimsoll journey list` names.',
  },
  BACKLOG_NOT_COUNTED: {
    severity: 'warning',
    summary: 'A service has a deadline, but Plimsoll counts no backlog of its process.',
    remedy: 'Name the `process` that the service supports, or take the deadline out: it would be unknown for ever.',
  },
  DEPENDENCY_CYCLE: {
    severity: 'error',
    summary: 'Things depend on each other in a circle.',
    remedy: 'Remove the dependency that is not real.',
  },
  SERVICE_WITHOUT_OWNER: {
    severity: 'error',
    summary: 'A business service has no owner.',
    remedy: 'Name the team that answers for it: `owner: warehouse-operations`.',
  },
  CLASS_CONTRADICTION: {
    severity: 'error',
    summary: 'Stage, tier and service class of an environment contradict each other.',
    remedy: 'Production needs the production class; let the class follow from the stage.',
  },
  STAGES_SHARE_DATABASE: {
    severity: 'error',
    summary: 'Environments of different stages use one database or one Odoo.',
    remedy: 'Give each stage its own: what is tried in one must not reach the other.',
  },
  ENVIRONMENT_UNWATCHED: {
    severity: 'warning',
    summary: 'A production environment says nothing about how to reach it, so that nothing is observed.',
    remedy: 'Add `connect:` with odoo and postgres.',
  },
  CONTROL_MISSING: {
    severity: 'warning',
    summary: 'A data class lacks controls that what it holds needs.',
    remedy: 'Put the controls in place and list them under `controls:`.',
  },
  REPOSITORY_WITHOUT_PLACE: {
    severity: 'error',
    summary: 'A repository has neither a directory nor a bucket, or both.',
    remedy: 'Write either `directory:` or `s3:`.',
  },
  REPOSITORY_PLACE_SHARED: {
    severity: 'error',
    summary: 'Two repositories are in one place, so that a copy from one to the other is no copy.',
    remedy: 'Give each its own directory, or its own bucket and prefix.',
  },
  REPOSITORY_UNSEALED: {
    severity: 'error',
    summary: 'A repository names no recipient, so that nothing could be written to it: content is always sealed.',
    remedy: 'Add `sealedTo:` with a public age recipient; docs/recovery.md says how to make one.',
  },
  RECIPIENT_INVALID: {
    severity: 'error',
    summary: 'A recipient is not a public age key.',
    remedy: 'Write age1… as age-keygen prints it, or a reference to a file of them.',
  },
  REPOSITORY_KEY_MISSING: {
    severity: 'warning',
    summary: 'A repository cannot be opened, or its manifests cannot be signed, with what is declared.',
    remedy: 'Add `identity:` to verify, drill and restore, and `signingKey:` to back up, as references.',
  },
  REPOSITORY_DELETABLE: {
    severity: 'warning',
    summary: 'Backups are written with credentials that may delete them.',
    remedy: 'Give `deleteWith:` credentials of its own, and take the right to delete from the others.',
  },
  REPOSITORY_UNDECIDED: {
    severity: 'warning',
    summary: 'An estate has several repositories, and nothing says which one an environment is backed up to.',
    remedy: 'Name it: `backup: { repository: … }` of the environment or its tier.',
  },
  CHANNEL_WITHOUT_WAY: {
    severity: 'error',
    summary: 'A channel has no way to reach anybody, or more than one.',
    remedy: 'Write one of `email:`, `webhook:`, `slack:`, `teams:` and `alertmanager:`.',
  },
  AUDIENCE_UNREACHABLE: {
    severity: 'error',
    summary: 'A channel tells an audience, and cannot.',
    remedy: 'Give mail its addresses under `tells: { to: … }`; use mail, a webhook, Slack or Teams for words.',
  },
  SHIFT_MEMBER_UNKNOWN: {
    severity: 'error',
    summary: 'Somebody is on call who does not belong to the team.',
    remedy: 'List them under `members:`, with an e-mail address where mail should reach them.',
  },
  COPY_WITHOUT_REPOSITORY: {
    severity: 'warning',
    summary: 'Copies go to a region in which no repository lies.',
    remedy: 'Declare a Repository with that `region:`.',
  },
} as const satisfies Readonly<Record<string, DiagnosticDefinition>>;

/** A stable code from the catalogue. */
export type DiagnosticCode = keyof typeof diagnosticCatalogue;

/** A diagnostic at a place; severity, and the hint where none is given, come from the catalogue. */
export function diagnose(
  code: DiagnosticCode,
  place: { readonly file: string; readonly line: number; readonly column: number },
  message: string,
  hint?: string,
): Diagnostic {
  const { severity, remedy } = diagnosticCatalogue[code];
  const { file, line, column } = place;
  return { code, severity, file, line, column, message, hint: hint ?? remedy };
}
