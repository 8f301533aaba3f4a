import { sampleRollUpContract } from '../../ports/sample-roll-up.contract.ts';
import { sampleStoreContract } from '../../ports/sample-store.contract.ts';
import { createMemorySampleStore } from './samples.ts';

sampleStoreContract('the memory sample store', createMemorySampleStore);
sampleRollUpContract('the memory sample store', createMemorySampleStore, 60);
