// What is wrong with recovery, from the view of one look.
export { assessRecovery, recoveryFindings } from './assess.ts';
export { carriedFindings } from './carry.ts';
export { contentFaultsOf, goneBackups, historyOf, hollowBackups, type Published } from './history.ts';
export { filesNotContinued } from './marks.ts';
export { fillFindings } from './repositories.ts';
