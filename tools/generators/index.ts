import { estateGenerators } from './estate.ts';
import type { Generator } from './generator.ts';

/** Everything that `npm run generate` writes. Add the generators of a chapter here. */
export const generators: readonly Generator[] = [...estateGenerators];
