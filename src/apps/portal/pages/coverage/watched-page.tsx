import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { coverage } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthWord } from '../../parts/health.tsx';
import { Page, Section } from '../../parts/section.tsx';
import { Answered } from '../../parts/states.tsx';
import { Words } from '../../parts/words.tsx';
import type { CoverageItem } from '../../view/resources.ts';

const titles: Readonly<Record<CoverageItem['subject'], string>> = {
  service: 'Business services',
  site: 'Sites',
  integration: 'Integrations',
  component: 'Components',
  backup: 'Backups',
};
const subjects = Object.keys(titles) as CoverageItem['subject'][];

const columns: readonly Column<CoverageItem>[] = [
  {
    header: 'What',
    cell: ({ name, environment }) =>
      environment === null ? (
        name
      ) : (
        <>
          {name} of{' '}
          <Link to="/environments/$name" params={{ name: environment }}>
            {environment}
          </Link>
        </>
      ),
  },
  {
    header: 'Watched',
    cell: ({ isWatched, lacks }) => (
      <HealthWord health={isWatched ? (lacks.length === 0 ? 'healthy' : 'degraded') : 'unhealthy'}>
        {isWatched ? (lacks.length === 0 ? 'yes' : 'in part') : 'by nothing'}
      </HealthWord>
    ),
  },
  {
    header: 'By',
    cell: ({ by }) => (
      <ul>
        {by.map(({ watch, what }) => (
          <li key={watch}>
            <b>{watch}</b> {what}
          </li>
        ))}
      </ul>
    ),
  },
  {
    header: 'Not by',
    cell: ({ lacks }) => (
      <ul>
        {lacks.map(({ watch, how }) => (
          <li key={watch}>
            <b>{watch}</b>{' '}
            <span className="quiet">
              <Words>{how}</Words>
            </span>
          </li>
        ))}
      </ul>
    ),
  },
];

/** What blindness looks like first: unwatched, then in part, then the rest. */
const rank = ({ isWatched, lacks }: CoverageItem): number => (isWatched ? Math.min(1, lacks.length) : 2);

/** What is watched by what, and what by nothing (OBS-13). */
export function WatchedPage() {
  const query = useQuery(coverage());
  return (
    <Page
      title="What is watched"
      lead="Who would notice if it broke: a journey, an indicator or a promise sees it; an owner and a runbook answer."
    >
      <Answered query={query}>
        {({ items }) =>
          subjects.map((subject) => {
            const own = items.filter((item) => item.subject === subject);
            const blind = own.filter(({ isWatched }) => !isWatched).length;
            if (own.length === 0) return null;
            return (
              <Section key={subject} title={titles[subject]} note={`${own.length - blind} of ${own.length} watched`}>
                <DataTable
                  caption={titles[subject]}
                  columns={columns}
                  rows={own.toSorted((a, b) => rank(b) - rank(a))}
                  keyOf={({ name, environment }) => `${environment} ${name}`}
                />
              </Section>
            );
          })
        }
      </Answered>
    </Page>
  );
}
