import type { openRestoreGround } from './restore-ground.ts';

type Ground = Awaited<ReturnType<typeof openRestoreGround>>;

const named = "select key from ir_config_parameter where key like 'instant.%' order by key";
const keysOf = (rows: readonly Record<string, unknown>[]): readonly unknown[] => rows.map(({ key }) => key);

/** Rows that say of a database up to which instant it goes: written into the ground's environment, found in what comes back. */
export function notesOf(ground: () => Ground) {
  /** Runs a statement in a copy that `clone list` shows. */
  const askCopy = async (name: string, text: string) => {
    const { copies } = JSON.parse((await ground().bare('clone', 'list', '--json')).out) as {
      copies: { name: string; state: string; ports: { postgres: number }; database: string }[];
    };
    const copy = copies.find((each) => each.name === name && each.state === 'active');
    if (copy === undefined) throw new Error(`${name} is not active: ${JSON.stringify(copies)}`);
    return ground().ask(name, copy.ports.postgres, copy.database, text);
  };
  return {
    write: (name: string): Promise<unknown> =>
      ground().askSource(`insert into ir_config_parameter (key, value) values ('instant.${name}', 'yes')`),
    /** Business that is written now: what a loss is measured by. */
    work: (): Promise<unknown> =>
      ground().askSource("update stock_picking set write_date = now() at time zone 'utc' where id = 1"),
    inPlace: async () => keysOf(await ground().askSource(named)),
    inCopy: async (name: string) => keysOf(await askCopy(name, named)),
    askCopy,
    isNeutralised: async (name: string): Promise<boolean> => {
      const mark = "select value from ir_config_parameter where key = 'database.is_neutralized'";
      return (await askCopy(name, mark))[0]?.['value'] === 'true';
    },
  };
}
