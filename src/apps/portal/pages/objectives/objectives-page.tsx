import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { objectives } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Filter } from '../../parts/filter.tsx';
import { HealthWord } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import {
  compareObjectives,
  formatBudget,
  formatMargin,
  formatRatio,
  stateHealth,
  stateWords,
} from '../../view/objectives.ts';
import type { Objective } from '../../view/resources.ts';
import { ObjectiveDetailSection } from './objective-detail.tsx';
import './objectives.css';

const named = (objective: Objective) => (
  <>
    <Link
      to="/objectives"
      search={(before: Record<string, string | undefined>) => ({ ...before, key: objective.key })}
      resetScroll={false}
    >
      {objective.commitment ?? objective.service}
    </Link>
    <p className="cell-note">
      {objective.commitment === null ? '' : `${objective.service}, `}
      {objective.environment}: {objective.promise}
    </p>
  </>
);

const columns: readonly Column<Objective>[] = [
  { header: 'Promise', cell: named },
  {
    header: 'State',
    cell: (each) => <HealthWord health={stateHealth[each.state]}>{stateWords[each.state]}</HealthWord>,
  },
  { header: 'Attained', isFigure: true, isSecondary: true, cell: (each) => formatRatio(each.attainment) },
  { header: 'Margin', isFigure: true, cell: (each) => formatMargin(each.marginRatio) },
  { header: 'Budget left', isFigure: true, cell: (each) => formatBudget(each.budgetRemaining) },
  { header: 'Ordinary', isFigure: true, isSecondary: true, cell: (each) => formatRatio(each.normal.attainment) },
  {
    header: 'Peaks',
    isFigure: true,
    isSecondary: true,
    cell: (each) => (each.peak === null ? '–' : formatRatio(each.peak.attainment)),
  },
];

function Tables({ shown, isFiltered }: { readonly shown: readonly Objective[]; readonly isFiltered: boolean }) {
  const search = useSearch({ from: '/shell/objectives' });
  const ours = shown.filter(({ commitment }) => commitment === null);
  const promised = shown.filter(({ commitment }) => commitment !== null);
  const chosen = shown.find(({ key }) => key === search.key) ?? shown[0];
  if (chosen === undefined && isFiltered) return <p className="quiet">No objective fits this choice.</p>;
  return (
    <>
      <Section title="Our objectives">
        <DataTable caption="Our objectives" columns={columns} rows={ours} keyOf={({ key }) => key} />
      </Section>
      {promised.length > 0 && (
        <Section title="Promised to customers" note="apart from our own objectives, with the margin to each">
          <DataTable caption="Commitments to customers" columns={columns} rows={promised} keyOf={({ key }) => key} />
        </Section>
      )}
      {chosen !== undefined && (
        <ObjectiveDetailSection
          objectiveKey={chosen.key}
          title={`${chosen.commitment ?? chosen.service} in ${chosen.environment}`}
          isChosen={chosen.key === search.key}
        />
      )}
    </>
  );
}

/** What was promised, to ourselves and to customers, and how it is kept. */
export function ObjectivesPage() {
  const search = useSearch({ from: '/shell/objectives' });
  const navigate = useNavigate({ from: '/objectives' });
  const query = useQuery(objectives());
  const change = (next: { environment?: string; state?: string }) =>
    void navigate({ search: ({ key: _, ...before }) => ({ ...before, ...next }), replace: true });
  return (
    <Page title="Objectives" lead="What each business service is promised, how it is kept, and what is left to burn.">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="Nothing is promised yet" command="plimsoll slo replay">
              Declare <code>objectives:</code> in a BusinessService; try one on a recording before you commit to it.
            </EmptyState>
          ) : (
            <>
              <div className="filters">
                <Filter
                  label="Environment"
                  value={search.environment}
                  options={[...new Set(items.map(({ environment }) => environment))].sort()}
                  onChange={(environment) => change({ environment })}
                />
                <Filter
                  label="State"
                  value={search.state}
                  options={['breached', 'at-risk', 'unknown', 'met']}
                  onChange={(state) => change({ state })}
                />
              </div>
              <Tables
                shown={items
                  .filter((each) => (search.environment ?? each.environment) === each.environment)
                  .filter((each) => (search.state ?? each.state) === each.state)
                  .toSorted(compareObjectives)}
                isFiltered={search.environment !== undefined || search.state !== undefined}
              />
            </>
          )
        }
      </Answered>
    </Page>
  );
}
