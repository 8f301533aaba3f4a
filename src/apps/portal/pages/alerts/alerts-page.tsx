import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { alerts } from '../../data/queries.ts';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import type { Alert } from '../../view/resources.ts';
import { AlertItem } from './alert-item.tsx';
import './alerts.css';

function Inbox({ items }: { readonly items: readonly Alert[] }) {
  if (items.length === 0) {
    return (
      <EmptyState title="No alert" command="plimsoll alerts unanswered">
        Nothing stands still, and nothing will be missed. The command lists signals that nobody would answer.
      </EmptyState>
    );
  }
  return (
    <ul className="alerts">
      {items.map((alert) => (
        <AlertItem key={alert.id} alert={alert} />
      ))}
    </ul>
  );
}

/** What the business loses, the most first, and who does something about it. */
export function AlertsPage() {
  const search = useSearch({ from: '/shell/alerts' });
  const navigate = useNavigate({ from: '/alerts' });
  const isAll = search.over === 'yes';
  const query = useQuery(alerts(isAll));
  return (
    <Page
      title="Alerts"
      lead="What the business loses, the most first; who has it, and what to do."
      aside={<Link to="/alerts/answers">Noise, and who answers</Link>}
    >
      <div className="filters">
        <label className="filter-check">
          <input
            type="checkbox"
            checked={isAll}
            onChange={(event) => void navigate({ search: event.target.checked ? { over: 'yes' } : {}, replace: true })}
          />
          Those that are over too
        </label>
      </div>
      <Answered query={query}>{({ items }) => <Inbox items={items} />}</Answered>
    </Page>
  );
}
