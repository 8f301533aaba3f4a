import { expect, test } from 'vitest';
import type { EstateSource } from './estate-source.ts';

/** What every source of declarations promises. `holding` prepares one with the given files; `empty` one with nothing. */
export function estateSourceContract(prepare: {
  readonly holding: (files: Readonly<Record<string, string>>) => Promise<EstateSource>;
  readonly empty: () => Promise<EstateSource>;
}): void {
  test('answers every YAML file, sorted by path, with its text', async () => {
    const source = await prepare.holding({ 'b.yaml': 'kind: B', 'a.yml': 'kind: A', 'deep/c.yaml': 'kind: C' });
    const { files, diagnostics } = await source.read();
    expect(diagnostics).toEqual([]);
    expect(files).toEqual([
      { path: 'a.yml', text: 'kind: A' },
      { path: 'b.yaml', text: 'kind: B' },
      { path: 'deep/c.yaml', text: 'kind: C' },
    ]);
  });

  test('leaves alone what is not YAML', async () => {
    const source = await prepare.holding({ 'a.yaml': 'kind: A', 'README.md': '# no', '.git/x.yaml': 'kind: B' });
    expect((await source.read()).files.map(({ path }) => path)).toEqual(['a.yaml']);
  });

  test('an estate of no files is ESTATE_UNREADABLE', async () => {
    const source = await prepare.empty();
    await expect(source.read()).rejects.toMatchObject({ code: 'ESTATE_UNREADABLE' });
  });
}
