import { createMemoryDurable } from '../../../test/memory-durable.ts';
import { describeDurable } from '../../ports/durable.contract.ts';

describeDurable('in memory, for tests', async () => createMemoryDurable());
