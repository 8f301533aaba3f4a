import { useQuery } from '@tanstack/react-query';
import { rises as risesQuery } from '../data/queries.ts';
import { formatCount } from '../view/figures.ts';
import type { Rises } from '../view/resources.ts';
import { formatLength } from '../view/time.ts';
import { Section } from './section.tsx';
import { Answered } from './states.tsx';
import { Ago } from './times.tsx';
import { Words } from './words.tsx';
import './likely-causes.css';

type Rise = Rises['items'][number];

const levelOf = (value: number, unit: Rise['unit']): string =>
  unit === 'seconds' ? formatLength(Math.round(value)) : formatCount(Math.round(value));

/** How much speaks for a cause, in words that do not claim a probability. */
function strengthWord(strength: number): string {
  if (strength >= 0.8) return 'much speaks for it';
  return strength >= 0.5 ? 'something speaks for it' : 'little speaks for it';
}

function OneRise({ rise }: { readonly rise: Rise }) {
  return (
    <li>
      <h3>
        {rise.title}: {levelOf(rise.now, rise.unit)}{' '}
        <small className="quiet">
          usually {levelOf(rise.usual, rise.unit)}, rising since <Ago at={rise.since} />
        </small>
      </h3>
      <p>{rise.reading}</p>
      <ol className="causes">
        {rise.causes.map((cause) => (
          <li key={cause.kind}>
            <b>{cause.title}</b> <span className="quiet">· {strengthWord(cause.strength)}</span>
            <ul>
              {cause.evidence.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
            <p className="quiet">
              <Words>{cause.action}</Words>
            </p>
          </li>
        ))}
      </ol>
    </li>
  );
}

/** Which delays and backlogs of an environment have risen, and what may stand behind each (MET-14). */
export function LikelyCauses({ environment }: { readonly environment: string }) {
  const query = useQuery(risesQuery(environment));
  return (
    <Section title="What rises, and why" note={environment}>
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">No delay and no backlog is clearly above what it was over the last day.</p>
          ) : (
            <ul className="rises">
              {items.map((rise) => (
                <OneRise key={`${rise.metric} ${rise.title}`} rise={rise} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  );
}
