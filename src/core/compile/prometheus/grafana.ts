import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { ObjectiveSpec } from '../../objective/index.ts';
import { promDuration, promNames, selector } from './expressions.ts';
import { windowsOf } from './rules.ts';

// Grafana fills the variable in.
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana's template, not ours
const dataSource = { type: 'prometheus', uid: '${datasource}' } as const;

function budgetPanel(spec: ObjectiveSpec): StatBuilder {
  const thresholds = new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { color: 'red', value: null },
    { color: 'orange', value: 0 },
    { color: 'green', value: 0.1 },
  ]);
  return new StatBuilder()
    .title('Budget left')
    .datasource(dataSource)
    .unit('percentunit')
    .decimals(1)
    .thresholds(thresholds)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .withTarget(new DataqueryBuilder().refId('A').expr(`${promNames.budget}${selector(spec)}`))
    .gridPos({ x: 0, y: 0, w: 5, h: 7 });
}

function attainmentPanel(spec: ObjectiveSpec): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title('Attained, and what is left of the budget')
    .datasource(dataSource)
    .unit('percentunit')
    .withTarget(
      new DataqueryBuilder()
        .refId('A')
        .expr(`${promNames.attainment}${selector(spec)}`)
        .legendFormat('attained'),
    )
    .withTarget(
      new DataqueryBuilder()
        .refId('B')
        .expr(`${promNames.budget}${selector(spec)}`)
        .legendFormat('budget left'),
    )
    .gridPos({ x: 5, y: 0, w: 10, h: 7 });
}

function burnPanel(spec: ObjectiveSpec): TimeseriesBuilder {
  const budget = 1 - spec.targetRatio;
  return windowsOf(spec)
    .slice(0, 4)
    .reduce(
      (panel, seconds, index) => {
        const expr = `${promNames.failure}_${promDuration(seconds)}${selector(spec)} / ${Number(budget.toPrecision(12))}`;
        const query = new DataqueryBuilder().refId(String.fromCharCode(65 + index)).expr(expr);
        return panel.withTarget(query.legendFormat(promDuration(seconds)));
      },
      new TimeseriesBuilder()
        .title("Times the budget's pace")
        .datasource(dataSource)
        .gridPos({ x: 15, y: 0, w: 9, h: 7 }),
    );
}

/** A dashboard of one environment: a row for each objective. The data source is chosen in Grafana. */
export function grafanaDashboard(environment: string, specs: readonly ObjectiveSpec[]): string {
  const start = new DashboardBuilder(`Objectives of ${environment}`)
    .uid(`plimsoll-${environment}`.slice(0, 40))
    .tags(['plimsoll', 'objectives'])
    .time({ from: 'now-7d', to: 'now' })
    .refresh('1m')
    .readonly();
  const board = specs.reduce(
    (dashboard, spec) =>
      dashboard
        .withRow(new RowBuilder(`${spec.commitment ?? spec.service}: ${spec.promise}`))
        .withPanel(budgetPanel(spec))
        .withPanel(attainmentPanel(spec))
        .withPanel(burnPanel(spec)),
    start,
  );
  const variable = {
    ...{
      name: 'datasource',
      type: 'datasource',
      query: 'prometheus',
      label: 'Data source',
      hide: 0,
      skipUrlSync: false,
    },
    ...{ multi: false, includeAll: false, refresh: 1, current: {}, options: [] },
  };
  const built = { ...board.build(), templating: { list: [variable] } };
  return `${JSON.stringify(built, null, 2)}\n`;
}
