import { createHandClock, createVirtualClock } from '../../../test/clocks.ts';
import { describeClock } from '../../ports/clock.contract.ts';
import { systemClock } from './system-clock.ts';

describeClock('the machine', () => ({ clock: systemClock }));

describeClock('a virtual one, for tests', () => ({ clock: createVirtualClock() }));

describeClock('one that is moved by hand, for tests', () => {
  const clock = createHandClock(Temporal.Instant.from('2026-11-21T06:00:00Z'));
  return { clock, pass: clock.pass };
});
