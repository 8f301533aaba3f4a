import { Link } from '@tanstack/react-router';
import { formatAvailability } from '../view/figures.ts';
import { compareHealth } from '../view/judgement.ts';
import type { ServiceSummary } from '../view/resources.ts';
import { type Column, DataTable } from './data-table.tsx';
import { HealthWord } from './health.tsx';

const environments: Column<ServiceSummary> = {
  header: 'Environments',
  isSecondary: true,
  cell: (service) =>
    service.environments.map((name, index) => (
      <span key={name}>
        {index > 0 && ', '}
        <Link to="/environments/$name" params={{ name }}>
          {name}
        </Link>
      </span>
    )),
};

const columns: readonly Column<ServiceSummary>[] = [
  {
    header: 'Service',
    cell: (service) => (
      <>
        {service.name}
        {service.reasons[0] !== undefined && <p className="cell-note">{service.reasons[0].summary}</p>}
      </>
    ),
  },
  { header: 'Health', cell: (service) => <HealthWord health={service.health} /> },
  {
    header: 'Availability, 24 h',
    isFigure: true,
    cell: (service) =>
      service.availabilityRatio === null ? (
        <span className="unknown-figure">no runs</span>
      ) : (
        formatAvailability(service.availabilityRatio)
      ),
  },
  {
    header: 'Proven by',
    isSecondary: true,
    cell: (service) =>
      service.journey === null ? (
        <span className="quiet">no journey</span>
      ) : (
        <Link to="/journeys" search={{ journey: service.journey }}>
          {service.journey}
        </Link>
      ),
  },
  {
    header: 'Criticality',
    isSecondary: true,
    cell: (service) => <span title={service.criticalityReasons.join(' ')}>{service.criticality}</span>,
  },
  { header: 'Owner', isSecondary: true, cell: (service) => service.owner ?? <span className="quiet">no owner</span> },
];

/** Business services, worst first. */
export function ServiceTable(props: {
  readonly caption: string;
  readonly services: readonly ServiceSummary[];
  readonly hasEnvironments?: boolean;
}) {
  const rows = props.services.toSorted((left, right) => compareHealth(left.health, right.health));
  const shown = props.hasEnvironments === true ? [...columns.slice(0, 3), environments, ...columns.slice(3)] : columns;
  return <DataTable caption={props.caption} columns={shown} rows={rows} keyOf={(service) => service.name} />;
}
