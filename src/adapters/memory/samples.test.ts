import { sampleStoreContract } from '../../ports/sample-store.contract.ts';
import { createMemorySampleStore } from './samples.ts';

sampleStoreContract('the memory sample store', createMemorySampleStore);
