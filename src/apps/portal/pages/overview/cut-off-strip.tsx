import { Link } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { TimeLeft, ZonedTime } from '../../parts/times.tsx';
import type { CutOff } from '../../view/resources.ts';
import { instantOf } from '../../view/time.ts';

/** The next cut-offs over all sites, soonest first. */
export function CutOffStrip({ cutOffs }: { readonly cutOffs: readonly CutOff[] }) {
  const now = useCoarseNow(1);
  const next = cutOffs.filter((each) => Temporal.Instant.compare(instantOf(each.at), now) > 0).slice(0, 4);
  if (next.length === 0) return null;
  return (
    <section className="strip" aria-labelledby="strip-title">
      <h2 id="strip-title">Next cut-offs</h2>
      <ol>
        {next.map((each) => (
          <li key={`${each.site} ${each.name} ${each.at}`}>
            <span className="strip-left">
              <TimeLeft until={each.at} />
            </span>
            <span>
              <b>{each.name}</b> {each.site}
              <br />
              <span className="quiet">
                <ZonedTime at={each.at} timezone={each.timezone} />
              </span>
            </span>
          </li>
        ))}
      </ol>
      <Link to="/board">Open the board</Link>
    </section>
  );
}
