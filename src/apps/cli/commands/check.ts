import type { Estate } from '../../../core/estate/index.ts';
import { countOf, type Diagnostic } from '../../../core/kernel/index.ts';
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
    output.line(`${verdict}: ${countDiagnostics(diagnostics)} in ${countOf(files.length, 'file')}${contents(estate)}`);
    return hasErrors ? 1 : 0;
  },
};

function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  return `${countOf(errors, 'error')}, ${countOf(warnings, 'warning')}`;
}

function contents(estate: Estate | undefined): string {
  if (estate === undefined) return '';
  const { name, environments, services, integrations, sites } = estate;
  const parts = [
    countOf(environments.length, 'environment'),
    countOf(services.length, 'business service'),
    countOf(integrations.length, 'integration'),
    countOf(sites.length, 'site'),
  ];
  return `; ${name} has ${parts.join(', ')}`;
}
