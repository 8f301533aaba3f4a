// The floors of the house, as rules. test/house/boundaries.test.ts plants a violation of each and sees it caught.
const tests = '\\.(test|contract)\\.tsx?$|^test/';
// Pure libraries the core may use: no I/O, clock or randomness of their own.
const pureLibraries =
  '^node_modules/(zod|yaml|csv-parse|rrule-temporal|temporal-spec|fastest-levenshtein|@datadog/sketches-js|@grafana/grafana-foundation-sdk|long|protobufjs)/';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^src' }, to: { circular: true } },
    {
      name: 'core-knows-only-core',
      severity: 'error',
      from: { path: '^src/core', pathNot: tests },
      to: { path: '^src/(ports|workflows|adapters|apps)' },
    },
    {
      name: 'core-does-no-io',
      severity: 'error',
      from: { path: '^src/core', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-uses-pure-libraries',
      severity: 'error',
      from: { path: '^src/core', pathNot: tests },
      to: { path: '^node_modules/', pathNot: pureLibraries },
    },
    {
      name: 'ports-know-only-core',
      severity: 'error',
      from: { path: '^src/ports', pathNot: tests },
      to: { path: '^src/(workflows|adapters|apps)' },
    },
    {
      name: 'workflows-know-ports-and-core',
      severity: 'error',
      from: { path: '^src/workflows', pathNot: tests },
      to: { path: '^src/(adapters|apps)' },
    },
    {
      name: 'workflows-touch-nothing',
      severity: 'error',
      from: { path: '^src/workflows', pathNot: tests },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|util)$' },
    },
    {
      name: 'adapters-know-ports-and-core',
      severity: 'error',
      from: { path: '^src/adapters', pathNot: tests },
      to: { path: '^src/(workflows|apps)' },
    },
    {
      name: 'only-wire-names-adapters',
      severity: 'error',
      from: { path: '^src/apps', pathNot: `^src/apps/wire[^/]*\\.ts$|${tests}` },
      to: { path: '^src/adapters' },
    },
    {
      name: 'portal-knows-the-contract-only',
      severity: 'error',
      from: { path: '^src/apps/portal', pathNot: tests },
      to: { path: '^src/', pathNot: '^src/apps/(portal|contract)|^src/core' },
    },
    {
      name: 'capabilities-meet-at-index',
      severity: 'error',
      from: { path: '^src/core/([^/]+)/' },
      to: { path: '^src/core/([^/]+)/', pathNot: '^src/core/$1/|/index\\.ts$' },
    },
    {
      name: 'core-is-entered-at-index',
      severity: 'error',
      from: { path: '^src/(ports|workflows|adapters|apps)/' },
      to: { path: '^src/core/', pathNot: '/index\\.ts$' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
