// What is wrong with recovery, from the view of one look.
export { assessRecovery, recoveryFindings } from './assess.ts';
export { carriedFindings } from './carry.ts';
export { contentFaultsOf, goneBackups, historyOf, type Published } from './history.ts';
