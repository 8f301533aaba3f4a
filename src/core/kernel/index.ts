// The words every capability shares: durations, ratios, sizes, and the three shapes of bad news.
export { type Bytes, formatBytes } from './bytes.ts';
export { clockToleranceSeconds, isDatedAhead, latestPlausible } from './clock-ahead.ts';
export { countOf } from './count.ts';
export { compareDiagnostics, type Diagnostic } from './diagnostic.ts';
export { formatDuration, parseDuration, type Seconds } from './duration.ts';
export { Fault, type FaultDetails } from './fault.ts';
export { type FaultCode, faultCatalogue } from './fault-catalogue.ts';
export { createRandom, type Random, seedFrom } from './random.ts';
export { formatPercent, parsePercent, type Ratio } from './ratio.ts';
export { type Refusal, type RefusalReason, refuse } from './refusal.ts';
export { createSecret, type Secret } from './secret.ts';
export { withoutStop } from './sentence.ts';
export { storable } from './storable.ts';
