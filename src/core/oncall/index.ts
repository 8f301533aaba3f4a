// Who is called when: shifts and turns, hours that nobody holds, and hours in which nobody is disturbed for what can wait.
export { type CoverageGap, coverageGaps } from './gaps.ts';
export { quietUntil } from './quiet-hours.ts';
export { type OnCallFinding, onCallFindings, pagingTeams } from './readiness.ts';
export { onCallAt, type Turn, turnsBetween } from './shifts.ts';
