// Objectives for those who run Prometheus: the same burn rules as rules of theirs, routing by owner, and dashboards.
import { stringify } from 'yaml';
import type { Estate } from '../../estate/index.ts';
import { objectivesOf } from '../../objective/index.ts';
import { alertmanagerConfig } from './alertmanager.ts';
import { grafanaDashboard } from './grafana.ts';
import { prometheusRules } from './rules.ts';

export { burnExpression, promNames } from './expressions.ts';

interface CompiledFile {
  readonly path: string;
  readonly content: string;
}

function scrapeConfig(target: string): string {
  return stringify({
    global: { scrape_interval: '30s', evaluation_interval: '30s' },
    rule_files: ['rules/*.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: ['localhost:9093'] }] }] },
    scrape_configs: [
      {
        job_name: 'plimsoll',
        authorization: { credentials_file: 'plimsoll-token' },
        static_configs: [{ targets: [target] }],
      },
    ],
  });
}

/** Everything that Prometheus, Alertmanager and Grafana need for an estate's objectives. `target` is where Plimsoll serves. */
export function compilePrometheus(estate: Estate, target: string): readonly CompiledFile[] {
  const each = estate.environments
    .map((environment) => ({ environment, specs: objectivesOf(estate, environment) }))
    .filter(({ specs }) => specs.length > 0);
  return [
    { path: 'prometheus.yaml', content: scrapeConfig(target) },
    { path: 'alertmanager.yaml', content: alertmanagerConfig(estate) },
    ...each.flatMap(({ environment, specs }) => [
      { path: `rules/${environment.name}.yaml`, content: prometheusRules(estate, specs) },
      { path: `grafana/${environment.name}.json`, content: grafanaDashboard(environment.name, specs) },
    ]),
  ];
}
