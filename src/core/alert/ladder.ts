import type { Estate, Team } from '../estate/index.ts';

/** The ladder of an alert: its owner, then each team that the one before names; nobody twice. */
export function ladderOf(estate: Pick<Estate, 'teams'>, owner: string | null): readonly Team[] {
  const ladder: Team[] = [];
  const wanted = owner === null ? [] : [owner];
  for (const name of wanted) {
    const team = estate.teams.find((each) => each.name === name);
    if (team === undefined || ladder.includes(team)) continue;
    ladder.push(team);
    wanted.push(...team.escalateTo);
  }
  return ladder;
}
