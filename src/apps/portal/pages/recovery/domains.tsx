import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthWord } from '../../parts/health.tsx';
import { achievedText, achievementTones, roundLength } from '../../view/recovery.ts';
import type { RecoverySummary } from '../../view/resources.ts';

type Domain = RecoverySummary['domains'][number];
type Row = Domain & { readonly environment: string };

function Achievement({ of }: { readonly of: Domain['rpo'] }) {
  return (
    <>
      {achievedText(of)}{' '}
      <span className="quiet">{of.targetSeconds === null ? 'no target' : `of ${roundLength(of.targetSeconds)}`}</span>
    </>
  );
}

const verdictOf = (kind: 'rpo' | 'rto'): Column<Row> => ({
  header: `${kind.toUpperCase()} kept`,
  cell: (row) => (
    <HealthWord health={achievementTones[row[kind].verdict]}>{row[kind].verdict.replace('-', ' ')}</HealthWord>
  ),
});

const columns: readonly Column<Row>[] = [
  { header: 'Service domain', cell: ({ domain, services }) => <span title={services.join(', ')}>{domain}</span> },
  { header: 'RPO achieved', isFigure: true, cell: ({ rpo }) => <Achievement of={rpo} /> },
  verdictOf('rpo'),
  { header: 'RTO achieved', isFigure: true, cell: ({ rto }) => <Achievement of={rto} /> },
  verdictOf('rto'),
];

const environmentColumn: Column<Row> = {
  header: 'Environment',
  cell: ({ environment }) => (
    <Link to="/environments/$name/recovery" params={{ name: environment }}>
      {environment}
    </Link>
  ),
};

/** RPO and RTO per service domain, last shown against target (DRP-01). */
export function Domains(props: { readonly items: readonly RecoverySummary[]; readonly hasEnvironments?: boolean }) {
  const rows = props.items.flatMap(({ environment, domains }) => domains.map((domain) => ({ ...domain, environment })));
  if (rows.length === 0) return null;
  return (
    <DataTable
      caption="RPO and RTO achieved against target, by service domain"
      columns={props.hasEnvironments === true ? [environmentColumn, ...columns] : columns}
      rows={rows}
      keyOf={({ environment, domain }) => `${environment} ${domain}`}
    />
  );
}
