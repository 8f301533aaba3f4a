import { describeAccess } from '../../ports/access.contract.ts';
import { createFakeAccess, type FakeCaller } from './access.ts';

describeAccess('everybody is the given caller', async () => {
  // A fake looks at no proof: who asks is set beside it.
  let caller: FakeCaller | undefined;
  const as = (next: FakeCaller | undefined) => () => {
    caller = next;
    return new Headers();
  };
  return {
    access: createFakeAccess(Temporal.Now.instant, () => caller),
    nobody: as(undefined),
    somebody: as({ role: 'operator', mustEnrolSecondFactor: false }),
    expected: { kind: 'fake', role: 'operator' },
  };
});
