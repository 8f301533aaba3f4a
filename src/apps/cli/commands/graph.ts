import {
  affects,
  buildGraph,
  type DependencyGraph,
  type Element,
  findElement,
  needs,
  type Reached,
} from '../../../core/estate/index.ts';
import { Fault } from '../../../core/kernel/index.ts';
import { estateDirectory, estateOption } from '../../estate-directory.ts';
import { requireEstate } from '../../wire-estate.ts';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';

/** `plimsoll graph`: what an element needs, and what breaks with it. */
export const graphCommand: CliCommand = {
  usage: 'graph <element>',
  summary: 'Show what an element of the estate needs, or what breaks with it',
  effect: 'read-only',
  examples: [
    'graph integration/dhl --affects --estate examples/northsea',
    'graph shipment-confirmation --needs --estate examples/northsea --json',
    'graph component/acme-prod/postgres --affects --estate examples/northsea',
  ],
  configure: (command) =>
    command
      .option('--needs', 'what it needs, directly or through others')
      .option('--affects', 'what breaks when it fails')
      .option(...estateOption),
  async run([written = ''], options, { output, settings }) {
    const directory = await estateDirectory(options['estate'], settings.stateDirectory);
    const graph = buildGraph(await requireEstate(directory));
    const element = requireElement(graph, written);
    const wantsBoth = options['needs'] !== true && options['affects'] !== true;
    const needed = options['needs'] === true || wantsBoth ? needs(graph, element.id) : undefined;
    const affected = options['affects'] === true || wantsBoth ? affects(graph, element.id) : undefined;
    output.json({
      element,
      ...(needed === undefined ? {} : { needs: needed }),
      ...(affected === undefined ? {} : { affects: affected }),
    });
    if (needed !== undefined) print(`${element.id} needs`, 'nothing that is declared', needed, output);
    if (affected !== undefined) print(`${element.id} takes down`, 'nothing that is declared', affected, output);
    return 0;
  },
};

function requireElement(graph: DependencyGraph, written: string): Element {
  const found = findElement(graph, written);
  if (found.kind === 'found') return found.element;
  if (found.kind === 'ambiguous') {
    throw new Fault('ELEMENT_UNKNOWN', `${written} may be ${found.candidates.join(' or ')}; write which`);
  }
  const near =
    found.suggestions.length === 0 ? `; ${whatThereIs(graph)}` : `; did you mean ${found.suggestions.join(' or ')}?`;
  throw new Fault('ELEMENT_UNKNOWN', `the estate has no element ${written}${near}`);
}

/** Enough to see how elements are written; a large estate has thousands. */
const mostNamed = 20;

function whatThereIs(graph: DependencyGraph): string {
  const ids = [...graph.elements.keys()].toSorted();
  const rest = ids.length - mostNamed;
  return `there are: ${ids.slice(0, mostNamed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function print(title: string, nothing: string, reached: readonly Reached[], output: Output): void {
  output.line(output.style('bold', reached.length === 0 ? `${title} ${nothing}` : `${title}:`));
  const width = Math.max(0, ...reached.map(({ id, distance }) => id.length + distance * 2));
  for (const { id, distance, why, path } of reached) {
    const through = path.slice(1, -1);
    const way = through.length === 0 ? '' : `; through ${through.join(', ')}`;
    output.line(`${'  '.repeat(distance)}${id.padEnd(width - distance * 2 + 2)}${output.style('dim', `${why}${way}`)}`);
  }
  output.line();
}
