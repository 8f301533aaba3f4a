// `npm run bench [NAME …]`: runs the named benches, or all; each prints its own table.
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  samples: () => import('./samples.ts'),
  thousand: () => import('./thousand.ts'),
  'observer-cost': () => import('./observer-cost.ts'),
  'recovery-repository': () => import('./recovery-repository.ts'),
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(benches);
for (const name of names) {
  const load = benches[name];
  if (load === undefined) {
    console.error(`no bench ${name}; there are ${Object.keys(benches).join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.log(`\n# ${name}`);
  await (await load()).run();
}
