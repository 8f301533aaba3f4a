// Stands in for `@hono/zod-openapi` in the browser's bundle (see vite.config.ts): the same zod, where `.openapi(…)` says nothing.
import { z } from 'zod';

// zod compiles checks with `new Function` where it may; the content security policy forbids it, loudly.
z.config({ jitless: true });

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
