import type { Estate } from '../../../core/estate/index.ts';
import type { Diagnostic } from '../../../core/kernel/index.ts';
import { loadEstateFrom } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import { printDiagnostics } from '../diagnostics.ts';

/** `plimsoll check`: every diagnostic of an estate at once. */
export const checkCommand: CliCommand = {
  usage: 'check [directory]',
  summary: 'Check a declared estate and print everything that is wrong with it',
  effect: 'read-only',
  examples: ['check', 'check examples/northsea', 'check examples/northsea --json'],
  async run([directory = '.'], _options, { output }) {
    const { estate, diagnostics, files } = await loadEstateFrom(directory);
    output.json({ diagnostics });
    printDiagnostics(diagnostics, files, output);
    const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
    const verdict = output.style(hasErrors ? 'red' : 'green', hasErrors ? 'not sound' : 'sound');
    output.line(`${verdict}: ${countDiagnostics(diagnostics)} in ${count(files.length, 'file')}${contents(estate)}`);
    return hasErrors ? 1 : 0;
  },
};

function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}

function contents(estate: Estate | undefined): string {
  if (estate === undefined) return '';
  const { name, environments, services, integrations, sites } = estate;
  const parts = [
    count(environments.length, 'environment'),
    count(services.length, 'business service'),
    count(integrations.length, 'integration'),
    count(sites.length, 'site'),
  ];
  return `; ${name} has ${parts.join(', ')}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
