import { useQuery } from '@tanstack/react-query';
import { backupCopies, clones } from '../../data/queries.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { HealthRing, HealthWord } from '../../parts/health.tsx';
import { Section } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Ago, ZonedTime } from '../../parts/times.tsx';
import { Words } from '../../parts/words.tsx';
import type { BackupCopyPlace, Clone, Health } from '../../view/resources.ts';

function healthOf({ refusals, repository, isBehind, lastCheck, problems }: BackupCopyPlace): Health {
  if (repository === null || refusals.length > 0 || lastCheck?.isIntact === false) return 'unhealthy';
  if (problems.length > 0 || isBehind) return 'degraded';
  return lastCheck === null ? 'unknown' : 'healthy';
}

function CheckOf({ check }: { readonly check: NonNullable<BackupCopyPlace['lastCheck']> }) {
  const { isIntact, problemCount, checkedAt } = check;
  return (
    <>
      {isIntact ? 'Content proven' : `${problemCount} ${problemCount === 1 ? 'problem' : 'problems'} in its content`}{' '}
      <Ago at={checkedAt} />
    </>
  );
}

function CopyPlace({ place }: { readonly place: BackupCopyPlace }) {
  const { region, repository, refusals, lastCopied, isBehind, lastCheck, problems } = place;
  return (
    <div>
      <dt>{region}</dt>
      <dd>
        <span className="on-paper">
          <HealthRing health={healthOf(place)} size={16} /> {repository ?? 'no repository'}
        </span>
        {refusals.map(({ code, message, hint }) => (
          <p key={code} className="held">
            <Words>{`${message} ${hint}`}</Words>
          </p>
        ))}
        <p className="quiet">
          {lastCopied === null ? 'Nothing was copied yet' : 'Last copied '}
          {lastCopied !== null && <Ago at={lastCopied.at} />}
          {isBehind && ', and lacks the newest backup'}
        </p>
        <p className="quiet">
          {lastCheck === null ? 'Its content was not checked yet' : <CheckOf check={lastCheck} />}
        </p>
        {problems.map((problem) => (
          <p key={problem} className="held">
            <Words>{problem}</Words>
          </p>
        ))}
      </dd>
    </div>
  );
}

/** Where backups are copied to, and how the copies there are (BKP-06). */
export function Copies({ name }: { readonly name: string }) {
  const query = useQuery(backupCopies(name));
  return (
    <Section title="Copies">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet aside-empty">
              None are declared: <code>backup: {'{ copies: [region] }'}</code>
            </p>
          ) : (
            <dl className="outlook">
              {items.map((place) => (
                <CopyPlace key={place.region} place={place} />
              ))}
            </dl>
          )
        }
      </Answered>
    </Section>
  );
}

const stateTones: Readonly<Record<Clone['state'], Health>> = {
  requested: 'unknown',
  provisioned: 'unknown',
  active: 'healthy',
  suspended: 'unknown',
  retired: 'unknown',
};

const madeWords = ({ isLive, isAnonymised, isReduced }: Clone): string =>
  [isLive ? 'live' : 'neutralised', ...(isAnonymised ? ['anonymised'] : []), ...(isReduced ? ['reduced'] : [])].join(
    ', ',
  );

const columnsIn = (timezone: string): readonly Column<Clone>[] => [
  {
    header: 'Name',
    cell: ({ name, url, state }) => (state === 'active' ? <a href={url}>{name}</a> : <span title={url}>{name}</span>),
  },
  { header: 'State', cell: ({ state }) => <HealthWord health={stateTones[state]}>{state}</HealthWord> },
  { header: 'Kind', cell: (clone) => `${clone.purpose === 'clone' ? clone.stage : 'restored'}, ${madeWords(clone)}` },
  { header: 'As of', cell: ({ reachesAt }) => <ZonedTime at={reachesAt} timezone={timezone} /> },
  {
    header: 'Removed',
    cell: ({ expiresAt }) =>
      expiresAt === null ? 'when somebody does' : <ZonedTime at={expiresAt} timezone={timezone} />,
  },
];

/** Clones and restored copies of an environment, and when each goes (EST-11). */
export function Clones({ name, timezone }: { readonly name: string; readonly timezone: string }) {
  const query = useQuery(clones(name));
  return (
    <Section title="Clones" note="The controller removes each when its date has come">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="No clone is there" command={`plimsoll clone ${name} --to ${name}-staging`}>
              A clone is a neutralised copy to work on.
            </EmptyState>
          ) : (
            <DataTable
              caption={`Clones of ${name}`}
              columns={columnsIn(timezone)}
              rows={items}
              keyOf={({ id }) => id}
            />
          )
        }
      </Answered>
    </Section>
  );
}
