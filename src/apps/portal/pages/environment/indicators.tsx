import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { latest } from '../../data/queries.ts';
import { Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Age } from '../../parts/times.tsx';
import { formatFigure } from '../../view/figures.ts';
import { type Indicator, indicatorGroups, indicatorsOf } from '../../view/indicators.ts';
import type { EnvironmentDetail, LatestSample } from '../../view/resources.ts';
import { MetricDialog } from './metric-dialog.tsx';

const sections = [
  {
    title: 'Business indicators',
    prefixes: indicatorGroups.business,
    note: 'Value and age; a name opens its last day',
  },
  { title: 'Database', prefixes: indicatorGroups.database, note: '' },
  { title: 'Web, files and machine', prefixes: indicatorGroups.machine, note: '' },
  { title: 'The observer itself', prefixes: indicatorGroups.observer, note: '' },
] as const;

function Value({ indicator }: { readonly indicator: Indicator }) {
  const written = formatFigure(indicator.value, indicator.unit);
  if (indicator.isStale)
    return <span className="unknown-figure" title={`Last: ${written}`}>{`unknown, was ${written}`}</span>;
  return <b>{written}</b>;
}

function Figure({ indicator, onOpen }: { readonly indicator: Indicator; readonly onOpen: () => void }) {
  const parts = indicator.parts.slice(0, 4).map((part) => `${part.name} ${formatFigure(part.value, indicator.unit)}`);
  return (
    <div>
      <dt>
        <button type="button" className="metric-name" title={indicator.help} onClick={onOpen}>
          {indicator.title}
        </button>
      </dt>
      <dd className="figure-value">
        <Value indicator={indicator} />
      </dd>
      <dd className="figure-age">
        <Age at={indicator.at} />
      </dd>
      {parts.length > 0 && <dd className="figure-parts">{parts.join(', ')}</dd>}
    </div>
  );
}

function Groups({
  detail,
  samples,
}: {
  readonly detail: EnvironmentDetail;
  readonly samples: readonly LatestSample[];
}) {
  const [opened, open] = useState<Indicator>();
  return (
    <>
      {sections.map((section) => {
        const rows = indicatorsOf(samples, section.prefixes);
        if (rows.length === 0) return null;
        return (
          <Section key={section.title} title={section.title} note={section.note}>
            <dl className="figures">
              {rows.map((row) => (
                <Figure key={`${row.metric} ${row.title}`} indicator={row} onOpen={() => open(row)} />
              ))}
            </dl>
          </Section>
        );
      })}
      {opened !== undefined && <MetricDialog detail={detail} indicator={opened} onClose={() => open(undefined)} />}
    </>
  );
}

/** Every newest figure with its unit and age; each opens its own course over time. */
export function Indicators({ detail }: { readonly detail: EnvironmentDetail }) {
  const query = useQuery(latest(detail.name));
  return (
    <Answered query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Section title="Indicators">
            <EmptyState title="Nothing is measured yet" command={`plimsoll connect ${detail.name}`}>
              The command creates or explains the read-only role that the collectors use.
            </EmptyState>
          </Section>
        ) : (
          <Groups detail={detail} samples={items} />
        )
      }
    </Answered>
  );
}
