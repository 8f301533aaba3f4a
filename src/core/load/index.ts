// The load driver's rules: profiles, open arrivals, what each class of work does on Odoo, and the tally of what came of it.
export { type Arrival, arrivals, shapeAt } from './arrivals.ts';
export { findLoadGround, type LoadGround, loadMark, refuseImpossible } from './ground.ts';
export { type LoadClass, type LoadProfile, loadClasses, parseProfile, parseRate } from './profile.ts';
export { type ClassReport, createTally, type Ending, type LoadReport, type Tally } from './tally.ts';
export { transactions } from './transactions.ts';
export { prepareWork, takesTransfer, type WaitingClass, workFor } from './work.ts';
