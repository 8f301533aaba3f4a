import { describeCoordination } from '../../ports/coordination.contract.ts';
import { describeStore } from '../../ports/store.contract.ts';
import { createMemoryCoordination } from './coordination.ts';
import { createMemoryStore } from './store.ts';

describeStore('memory', async () => createMemoryStore());

describeCoordination('memory', async () => createMemoryCoordination());
