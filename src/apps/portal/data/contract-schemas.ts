// Stands in for `@hono/zod-openapi` in the browser's bundle (see vite.config.ts): the same zod, where `.openapi(…)` says nothing.
import { z } from 'zod';

Object.assign(z.ZodType.prototype, {
  openapi<Schema>(this: Schema): Schema {
    return this;
  },
});

/** Only servers describe routes. */
export function createRoute(): never {
  throw new Error('The browser calls routes, it does not describe them.');
}

export { z };
