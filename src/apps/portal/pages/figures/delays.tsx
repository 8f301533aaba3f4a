import { type Column, DataTable } from '../../parts/data-table.tsx';
import { formatAvailability, formatCount, formatSeconds } from '../../view/figures.ts';
import { type QueueDelays, queuesOf } from '../../view/figures-page.ts';
import type { Measures } from '../../view/resources.ts';

type Statistic = QueueDelays['half'];

const delay = (header: string, of: (queue: QueueDelays) => Statistic): Column<QueueDelays> => ({
  header,
  isFigure: true,
  cell: (queue) => {
    const found = of(queue);
    if (found === undefined) return <span className="quiet">none</span>;
    return (
      <>
        {formatSeconds(found.meanSeconds)} <span className="quiet">to {formatSeconds(found.maximumSeconds)}</span>
      </>
    );
  },
});

const queueColumns: readonly Column<QueueDelays>[] = [
  {
    header: 'Queue',
    cell: ({ queue, class: kind }) => (
      <>
        {queue} <span className="quiet">{kind === queue ? '' : kind}</span>
      </>
    ),
  },
  delay('Half waited', ({ half }) => half),
  delay('95 % waited', ({ most }) => most),
  delay('Oldest waiting', ({ oldest }) => oldest),
];

/** How long jobs wait, by queue and class (MET-03). */
export function Delays({ queues }: { readonly queues: Measures['queues'] }) {
  return (
    <DataTable
      caption="Queue delays"
      columns={queueColumns}
      rows={queuesOf(queues)}
      keyOf={({ queue, class: kind }) => `${queue} ${kind}`}
    />
  );
}

type Partner = Measures['partners'][number];

const partnerColumns: readonly Column<Partner>[] = [
  {
    header: 'Partner',
    cell: ({ partner, type }) => (
      <>
        {partner} <span className="quiet">{type}</span>
      </>
    ),
  },
  { header: 'Succeeded', isFigure: true, cell: ({ successRatio }) => <b>{formatAvailability(successRatio)}</b> },
  { header: 'Exchanges', isFigure: true, cell: ({ succeeded, failed }) => formatCount(succeeded + failed) },
  {
    header: 'Failed',
    isFigure: true,
    cell: ({ failed }) => <span className={failed > 0 ? 'over-limit' : ''}>{formatCount(failed)}</span>,
  },
  {
    header: 'Retries',
    isFigure: true,
    cell: ({ retries }) => (retries === null ? <span className="quiet">not kept</span> : formatCount(retries)),
  },
  { header: 'Known by', isSecondary: true, cell: ({ isInferred }) => (isInferred ? 'what it leaves' : 'its records') },
];

/** Success and failure per partner and type (MET-04). */
export function Partners({ partners }: { readonly partners: Measures['partners'] }) {
  return (
    <DataTable
      caption="Integrations"
      columns={partnerColumns}
      rows={partners.toSorted((a, b) => a.successRatio - b.successRatio)}
      keyOf={({ partner, type }) => `${partner} ${type}`}
    />
  );
}
