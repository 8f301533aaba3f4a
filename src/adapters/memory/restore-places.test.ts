import { describeRestorePlaces } from '../../ports/restore-place.contract.ts';
import { createMemoryRestorePlaces } from './restore-places.ts';

async function* made(): AsyncIterable<Uint8Array> {
  yield Buffer.from('a table of contents');
}

describeRestorePlaces(async () => ({
  places: createMemoryRestorePlaces(),
  dump: new Map([['toc.dat', made]]),
  close: async () => {},
}));
