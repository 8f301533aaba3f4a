import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/longest-first.ts';

const everywhere = ['src/**', 'test/**', 'tools/**'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        // Fast: unit, golden, property, and contracts on memory adapters. No processes, no sockets.
        test: {
          name: 'fast',
          include: everywhere.map((place) => `${place}/*.test.{ts,tsx}`),
          exclude: ['**/*.real.test.ts', '**/*.acceptance.test.ts', '**/node_modules/**'],
          // Properties are slow on a busy machine, and slow is no defect.
          testTimeout: 60_000,
        },
      },
      {
        // Real components: PostgreSQL, Odoo, Chromium. They share one lab; see test/lab.
        test: {
          name: 'real',
          globalSetup: ['test/embedded-store.setup.ts', 'test/lab/teardown.ts'],
          include: everywhere.map((place) => `${place}/*.real.test.ts`),
          exclude: ['**/node_modules/**'],
          testTimeout: 120_000,
          // The first use of the lab on a bare machine installs packages and creates a database.
          hookTimeout: 1_500_000,
          // More than the cores of the smallest machine: what real components do is mostly waiting for one another. Four were tried:
          // browsers and timing tests of five files of 113 failed then, which pass beside two others.
          maxWorkers: 3,
        },
      },
      {
        // The issue's own demonstrations, as a user would see them: on the machine and in containers, side by side.
        test: {
          name: 'acceptance',
          include: ['test/acceptance/*.acceptance.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 1_500_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
