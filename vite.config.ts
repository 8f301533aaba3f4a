import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// Builds the portal; the tests have their own configuration in vitest.config.ts.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('src/apps/portal'),
  plugins: [react()],
  // The contract describes itself to OpenAPI; a browser needs only its checks, not the describer.
  resolve: { alias: { '@hono/zod-openapi': here('src/apps/portal/data/contract-schemas.ts') } },
  build: {
    outDir: here('dist/portal'),
    emptyOutDir: true,
    target: 'es2024',
    // Inlined assets would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    // The polyfill is an inline script.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The portal takes words and types from the estate, and reads no YAML, calendar rules or sketches: these packages do nothing
      // when they are loaded, and do not say so themselves.
      treeshake: {
        moduleSideEffects: [{ test: /node_modules\/(rrule-temporal|yaml|@datadog)\//, sideEffects: false }],
      },
    },
  },
});
