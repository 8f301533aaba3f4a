import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ledger } from '../../data/queries.ts';
import { Hash } from '../../parts/copy.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { LocalTime } from '../../parts/times.tsx';
import type { LedgerEntry } from '../../view/resources.ts';
import { Verification } from './verification.tsx';
import './ledger.css';

const columns: readonly Column<LedgerEntry>[] = [
  { header: 'No.', isFigure: true, cell: (entry) => entry.sequence },
  { header: 'When', cell: (entry) => <LocalTime at={entry.at} /> },
  {
    header: 'Who',
    cell: (entry) => (
      <>
        {entry.actor.name}
        {!entry.actor.name.startsWith(entry.actor.kind) && entry.actor.kind !== 'user' && (
          <span className="quiet"> {entry.actor.kind}</span>
        )}
      </>
    ),
  },
  { header: 'What', cell: (entry) => <b>{entry.type}</b> },
  { header: 'About', cell: (entry) => entry.subject },
  {
    header: 'Data',
    isSecondary: true,
    cell: (entry) => (
      <details className="ledger-details">
        <summary>{Object.keys(entry.data).join(', ') || 'none'}</summary>
        <pre className="ledger-data">{JSON.stringify(entry.data, null, 2)}</pre>
      </details>
    ),
  },
  {
    header: 'Hash',
    isSecondary: true,
    cell: (entry) => <Hash value={entry.hash} name={`hash of entry ${entry.sequence}`} />,
  },
];

/** Every fact and action, in order, each sealed by the hash of the one before. */
export function LedgerPage() {
  const { subject } = useSearch({ from: '/shell/ledger' });
  const navigate = useNavigate({ from: '/ledger' });
  const query = useQuery(ledger(subject));
  return (
    <Page
      title="Ledger"
      lead="Every fact and action in order. Each entry is sealed by the hash of the one before it; none can be edited or taken out unseen."
    >
      <Verification />
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = new FormData(event.currentTarget).get('subject');
          void navigate({ search: typeof wanted === 'string' && wanted !== '' ? { subject: wanted } : {} });
        }}
      >
        <label className="filter">
          Subject
          <input type="search" name="subject" placeholder="environment/acme-prod" defaultValue={subject ?? ''} />
        </label>
        <button type="submit" className="button">
          Show
        </button>
      </form>
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No entry" command="plimsoll ledger tail">
              {subject === undefined
                ? 'The first action writes the first entry.'
                : `Nothing is recorded about ${subject}.`}
            </EmptyState>
          ) : (
            <DataTable
              caption="Ledger entries, newest first"
              columns={columns}
              rows={items.toReversed()}
              keyOf={(entry) => String(entry.sequence)}
            />
          )
        }
      </Answered>
    </Page>
  );
}
