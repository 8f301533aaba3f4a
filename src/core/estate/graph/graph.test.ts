import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Environment } from '../model.ts';
import { parseEstate } from '../parse.ts';
import { buildGraph, type DependencyGraph } from './graph.ts';
import { affects, findElement, needs } from './reach.ts';

const northsea = fileURLToPath(new URL('../../../../examples/northsea/', import.meta.url));
const { estate } = parseEstate(
  readdirSync(northsea).map((path) => ({ path, text: readFileSync(`${northsea}${path}`, 'utf8') })),
);
if (estate === undefined) throw new Error('the example estate must check clean');
const graph = buildGraph(estate);
const idsOf = (reached: readonly { readonly id: string }[]) => reached.map(({ id }) => id);
const services = (reached: readonly { readonly id: string; readonly kind: string }[]) =>
  idsOf(reached.filter(({ kind }) => kind === 'service'));

describe('EST-07: what an element needs and what breaks with it', () => {
  test('a failing carrier takes down the services that reach it, and no others', () => {
    expect(services(affects(graph, 'partner/carrier'))).toEqual([
      'service/label-printing',
      'service/shipment-confirmation',
      'service/invoice-posting',
    ]);
  });

  test('the way there is told, with the reason for the last step', () => {
    const invoice = affects(graph, 'integration/dhl').find(({ id }) => id === 'service/invoice-posting');
    expect(invoice).toMatchObject({
      distance: 3,
      path: ['integration/dhl', 'service/label-printing', 'service/shipment-confirmation', 'service/invoice-posting'],
      why: 'declared in dependsOn',
    });
  });

  test('PostgreSQL of an environment takes down everything that runs in it, and the sites it serves', () => {
    const reached = idsOf(affects(graph, 'component/acme-prod/postgres'));
    expect(reached).toEqual(expect.arrayContaining(['environment/acme-prod', 'site/rotterdam-dc', 'tenant/acme']));
    expect(services(affects(graph, 'component/acme-prod/postgres'))).toHaveLength(estate.services.length);
  });

  test('a service needs its environment and the components in it', () => {
    expect(idsOf(needs(graph, 'service/customer-portal'))).toEqual(
      expect.arrayContaining(['environment/acme-prod', 'component/acme-prod/web', 'component/acme-prod/postgres']),
    );
  });

  test('environments that reach their database at one machine, or whose part one provider runs, break with it', () => {
    const [first] = estate.environments;
    if (first === undefined) throw new Error('the example has an environment');
    const at = (name: string, url: string, provider: string): Environment => ({
      ...{ ...first, name, platform: 'kubernetes', connect: { ...first.connect, odoo: undefined, postgres: { url } } },
      parts: { ...first.parts, ingress: { provider, isConnected: true } },
    });
    const environments = [
      at('one', 'postgresql://db-1.example:5432/one', 'edge-a'),
      at('two', 'postgresql://db-1.example:5432/two', 'edge-b'),
      at('three', 'postgresql://db-2.example:5432/three', 'edge-b'),
    ];
    const drawn = buildGraph({ ...estate, environments });
    const those = (id: string) => idsOf(affects(drawn, id).filter(({ kind }) => kind === 'environment'));
    expect(those('server/db-1.example')).toEqual(['environment/one', 'environment/two']);
    expect(those('provider/edge-b')).toEqual(['environment/three', 'environment/two']);
  });

  test('the names of this machine are one server, and an address that is a secret names none', () => {
    expect(idsOf(needs(graph, 'environment/acme-prod'))).toContain('server/localhost');
    const secret = { source: 'env', name: 'ODOO_URL' } as const;
    const environments = estate.environments.map((each) => ({
      ...each,
      connect: { ...each.connect, odoo: { url: secret, login: undefined, apiKey: undefined } },
    }));
    const drawn = buildGraph({ ...estate, environments });
    expect([...drawn.elements.keys()].filter((id) => id.startsWith('server/'))).toEqual([]);
  });

  test('an integration that no service claims is taken to serve all of its environment', () => {
    const without = { ...estate, services: estate.services.map((service) => ({ ...service, dependsOn: [] })) };
    const reached = affects(buildGraph(without), 'integration/dhl');
    expect(services(reached)).toHaveLength(estate.services.length);
    expect(reached[0]?.why).toMatch(/^assumed/);
  });
});

describe('EST-07: needs and affects are each other’s inverse', () => {
  const random = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), { maxLength: 40 })
    .map((pairs): DependencyGraph => {
      const edges = pairs.map(([from, to]) => ({ from: `service/${from}`, to: `service/${to}`, why: 'drawn' }));
      const ids = Array.from({ length: 13 }, (_, index) => `service/${index}`);
      return {
        elements: new Map(ids.map((id) => [id, { id, kind: 'service', name: id.slice(8) }])),
        needs: Map.groupBy(edges, ({ from }) => from),
        neededBy: Map.groupBy(edges, ({ to }) => to),
      };
    });

  test('in any graph, circles included', () => {
    fc.assert(
      fc.property(random, (drawn) => {
        for (const id of drawn.elements.keys()) {
          for (const other of needs(drawn, id)) expect(idsOf(affects(drawn, other.id))).toContain(id);
          for (const other of affects(drawn, id)) expect(idsOf(needs(drawn, other.id))).toContain(id);
        }
      }),
    );
  });

  test('every way is made of real steps', () => {
    for (const id of graph.elements.keys()) {
      for (const { path } of needs(graph, id)) {
        for (const [index, step] of path.slice(1).entries()) {
          expect(graph.needs.get(path[index] ?? '')?.map(({ to }) => to)).toContain(step);
        }
      }
    }
  });
});

describe('finding an element by what people write', () => {
  test('its address, or a name that only it has', () => {
    expect(findElement(graph, 'integration/dhl')).toMatchObject({ kind: 'found', element: { id: 'integration/dhl' } });
    expect(findElement(graph, 'dhl')).toMatchObject({ kind: 'found', element: { id: 'integration/dhl' } });
    expect(findElement(graph, 'acme-prod/postgres')).toMatchObject({ kind: 'found' });
  });

  test('a slip in an address gets the nearest address first', () => {
    const found = findElement(graph, 'integration/dhll');
    expect(found).toMatchObject({
      kind: 'unknown',
      suggestions: [expect.stringMatching('integration/dhl'), expect.anything()],
    });
  });

  test('a slip gets suggestions', () => {
    expect(findElement(graph, 'dhll')).toEqual({ kind: 'unknown', suggestions: ['integration/dhl'] });
    expect(findElement(graph, 'shipment')).toEqual({ kind: 'unknown', suggestions: ['service/shipment-confirmation'] });
  });

  test('a name that two have is not guessed', () => {
    const site = { id: 'site/dhl', kind: 'site', name: 'dhl' } as const;
    const both = { ...graph, elements: new Map([...graph.elements, [site.id, site]]) };
    expect(findElement(both, 'dhl')).toEqual({ kind: 'ambiguous', candidates: ['integration/dhl', 'site/dhl'] });
  });
});
