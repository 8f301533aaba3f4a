import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { findings } from '../../data/queries.ts';
import { Filter } from '../../parts/filter.tsx';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import type { Finding } from '../../view/resources.ts';
import { FindingItem } from './finding-item.tsx';
import './findings.css';

const severities = ['critical', 'warning', 'info'];

function sorted(items: readonly Finding[]): Finding[] {
  const rank = (each: Finding) => (each.closedAt === null ? 0 : 10) + severities.indexOf(each.severity);
  return items.toSorted((left, right) => rank(left) - rank(right) || right.openedAt.localeCompare(left.openedAt));
}

function List(props: { readonly items: readonly Finding[]; readonly openId: string | undefined }) {
  if (props.items.length === 0) {
    return (
      <EmptyState title="No finding" command="plimsoll check">
        Nothing is known to be wrong. Findings come from judging what runs and from checking what is declared.
      </EmptyState>
    );
  }
  return (
    <ul className="findings">
      {sorted(props.items).map((each) => (
        <FindingItem key={each.id} finding={each} isOpen={each.id === props.openId} />
      ))}
    </ul>
  );
}

/** What is known to be wrong, why, and what to do about it. */
export function FindingsPage() {
  const search = useSearch({ from: '/shell/findings' });
  const navigate = useNavigate({ from: '/findings' });
  const query = useQuery(findings(search.closed === 'yes' || search.id !== undefined));
  const change = (next: { environment?: string; severity?: string; closed?: string }) =>
    void navigate({ search: ({ id: _, ...before }) => ({ ...before, ...next }), replace: true });
  const all = query.data?.items ?? [];
  const shown = all.filter(
    (each) =>
      (search.environment ?? each.environment) === each.environment &&
      (search.severity ?? each.severity) === each.severity &&
      (search.closed === 'yes' || each.closedAt === null || each.id === search.id),
  );
  return (
    <Page title="Findings" lead="What is known to be wrong, on what evidence, and what to do about it.">
      <div className="filters">
        <Filter
          label="Environment"
          value={search.environment}
          options={[...new Set(all.map((each) => each.environment).filter((name) => name !== null))].sort()}
          onChange={(environment) => change({ environment })}
        />
        <Filter
          label="Severity"
          value={search.severity}
          options={severities}
          onChange={(severity) => change({ severity })}
        />
        <label className="filter-check">
          <input
            type="checkbox"
            checked={search.closed === 'yes'}
            onChange={(event) => change({ closed: event.target.checked ? 'yes' : '' })}
          />
          Closed ones too
        </label>
      </div>
      <Answered query={query}>{() => <List items={shown} openId={search.id} />}</Answered>
    </Page>
  );
}
