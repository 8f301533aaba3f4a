import { expect, test } from 'vitest';
import { confirmByName } from './confirm-name.ts';
import { createOutput } from './output.ts';

const stream = { write: () => true };
const output = createOutput({ isJson: false, hasColor: false, streams: { stdout: stream, stderr: stream } });
const ask = (options: Record<string, unknown>) =>
  confirmByName('acme-prod', options, { output, what: 'This replaces acme-prod.' });

test.each([
  ['nothing, where nobody can be asked', {}],
  ['a bare --yes', { yes: true }],
  ['--yes with another name', { yes: 'acme-staging' }],
  ['--yes with a part of the name', { yes: 'acme' }],
])('RST-04: %s agrees to nothing', async (_, options) => {
  await expect(ask(options)).rejects.toMatchObject({ code: 'CONSENT_REQUIRED' });
});

test('RST-04: --yes with the very name agrees', async () => {
  await expect(ask({ yes: 'acme-prod' })).resolves.toBeUndefined();
});
