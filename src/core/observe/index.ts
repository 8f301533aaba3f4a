// What we can say about a running environment: samples, sketches, findings and the two answers on its health.
export type { Finding, FindingDraft, FindingSeverity } from './finding.ts';
export {
  type EnvironmentHealth,
  type Health,
  type HealthReason,
  type HealthVerdict,
  verdictFrom,
  worstHealth,
} from './health.ts';
export type { Labels, Sample, SketchSample } from './sample.ts';
