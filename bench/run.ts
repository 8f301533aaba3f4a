// `npm run bench -- [NAME …] [--OPTION=…]`: runs the named benches, or all; each prints its own table and knows its options.
const benches: Readonly<Record<string, () => Promise<{ run(options: readonly string[]): Promise<void> }>>> = {
  samples: () => import('./samples.ts'),
  thousand: () => import('./thousand.ts'),
  objectives: () => import('./objectives.ts'),
  'observer-cost': () => import('./observer-cost.ts'),
  'recovery-repository': () => import('./recovery-repository.ts'),
  recovery: () => import('./recovery.ts'),
};

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const names = asked.length > 0 ? asked : Object.keys(benches);
for (const name of names) {
  const load = benches[name];
  if (load === undefined) {
    console.error(`no bench ${name}; there are ${Object.keys(benches).join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.log(`\n# ${name}`);
  await (await load()).run(options);
}
