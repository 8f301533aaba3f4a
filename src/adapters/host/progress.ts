export type { StepContext, StepProgress } from '../../ports/host.ts';
