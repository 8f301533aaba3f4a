import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import { type TypedDocument, textsAt } from '../read/typed.ts';

/** Circles among the `dependsOn` of services, and among those of environments: one diagnostic per circle. */
export function checkCycles(documents: readonly TypedDocument[]): readonly Diagnostic[] {
  return (['BusinessService', 'Environment'] as const).flatMap((kind) => {
    const own = documents.filter((document) => document.kind === kind && document.name !== undefined);
    return circles(own.map((document) => ({ document, name: document.name ?? '', needs: needsOf(document) })));
  });
}

interface Node {
  readonly document: TypedDocument;
  readonly name: string;
  readonly needs: readonly string[];
}

/** Other kinds keep their prefix and are found nowhere: a service and an environment may share a name. */
function needsOf(document: TypedDocument): readonly string[] {
  const own = document.kind === 'Environment' ? /^environment\// : /^service\//;
  return textsAt(document, ['dependsOn']).map(({ text }) => text.replace(own, ''));
}

/** A walk in progress: the way from its root, and which dependency of each comes next. */
interface Walk {
  readonly byName: ReadonlyMap<string, Node>;
  readonly state: Map<string, 'open' | 'done'>;
  readonly path: { readonly node: Node; next: number }[];
  readonly found: Diagnostic[];
}

/** Depth first, without recursion: an estate may be a long chain. */
function circles(nodes: readonly Node[]): readonly Diagnostic[] {
  const walk: Walk = { byName: new Map(nodes.map((node) => [node.name, node])), state: new Map(), path: [], found: [] };
  for (const root of walk.byName.values()) {
    if (!walk.state.has(root.name)) enter(walk, root);
    for (let at = walk.path.at(-1); at !== undefined; at = walk.path.at(-1)) advance(walk, at);
  }
  return walk.found;
}

function enter(walk: Walk, node: Node): void {
  walk.state.set(node.name, 'open');
  walk.path.push({ node, next: 0 });
}

function advance(walk: Walk, at: Walk['path'][number]): void {
  const wanted = at.node.needs[at.next];
  if (wanted === undefined) {
    walk.state.set(at.node.name, 'done');
    walk.path.pop();
    return;
  }
  at.next += 1;
  const target = walk.byName.get(wanted);
  if (target === undefined) return;
  const state = walk.state.get(wanted);
  if (state === undefined) enter(walk, target);
  if (state === 'open') {
    const path = walk.path.map(({ node }) => node);
    walk.found.push(report(path, target, at.next - 1));
  }
}

function report(path: readonly Node[], closing: Node, index: number): Diagnostic {
  const circle = path.slice(path.indexOf(closing));
  const last = circle.at(-1) ?? closing;
  const names = [...circle, closing].map(({ name }) => name).join(' → ');
  const message = `these depend on each other in a circle: ${names}`;
  return diagnose('DEPENDENCY_CYCLE', last.document.placeOf(['dependsOn', index]), message);
}
