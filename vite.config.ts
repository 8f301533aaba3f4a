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
  },
});
