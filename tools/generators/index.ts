import { estateGenerators } from './estate.ts';
import type { Generator } from './generator.ts';
import { observeGenerators } from './observe.ts';

/** Everything that `npm run generate` writes. Add the generators of a chapter here. */
export const generators: readonly Generator[] = [...estateGenerators, ...observeGenerators];
