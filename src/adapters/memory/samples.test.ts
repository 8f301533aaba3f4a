import { writeReadable } from '../../../test/readable-samples.ts';
import { sampleReadingContract } from '../../ports/sample-reading.contract.ts';
import { sampleRollUpContract } from '../../ports/sample-roll-up.contract.ts';
import { sampleStoreContract } from '../../ports/sample-store.contract.ts';
import { createMemorySampleStore } from './samples.ts';

sampleStoreContract('the memory sample store', createMemorySampleStore);
sampleRollUpContract('the memory sample store', createMemorySampleStore, 60);
sampleReadingContract('the memory sample store', () => writeReadable(createMemorySampleStore()));
