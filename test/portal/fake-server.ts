import { runServer } from '../../src/apps/server/run.ts';
import { type FakeRuntime, type Scenario, wireFake } from '../../src/apps/wire-fake.ts';

/** The real server on memory adapters: `serve --fake` in this process, so that a test can change what it shows. */
export interface FakeServer {
  readonly url: string;
  readonly fake: FakeRuntime;
  /** Stops listening; what it knows stays. */
  stop(): Promise<void>;
  /** Listens again at the same address. */
  resume(): Promise<void>;
}

async function serve(fake: FakeRuntime, port: number) {
  const stopping = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const url = await new Promise<string>((resolve, reject) => {
    ended = runServer(fake, { host: '127.0.0.1', port }, stopping.signal, async (address) => resolve(address));
    ended.catch(reject);
  });
  await fake.begin();
  return {
    url,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Serves the built portal and the API of a scenario on a port of its own. */
export async function startFakeServer(scenario: Scenario, portal: string): Promise<FakeServer> {
  const fake = wireFake({ scenario, portal });
  let listening = await serve(fake, 0);
  const { url } = listening;
  return {
    url,
    fake,
    stop: () => listening.stop(),
    resume: async () => {
      listening = await serve(fake, Number(new URL(url).port));
    },
  };
}
