import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Evidence } from '../../parts/evidence.tsx';
import { HealthRing } from '../../parts/health.tsx';
import { Ago } from '../../parts/times.tsx';
import { Words } from '../../parts/words.tsx';
import type { Finding, Health } from '../../view/resources.ts';

const tones: Readonly<Record<Finding['severity'], Health>> = {
  critical: 'unhealthy',
  warning: 'degraded',
  info: 'healthy',
};

/** One finding: its reason and action at a glance, its evidence on opening. */
export function FindingItem({ finding, isOpen }: { readonly finding: Finding; readonly isOpen: boolean }) {
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) place.current?.scrollIntoView({ block: 'center' });
  }, [isOpen]);
  const isClosed = finding.closedAt !== null;
  return (
    <li ref={place} className={`finding finding-${finding.severity} ${isClosed ? 'finding-closed' : ''}`}>
      <p className="finding-severity">
        <HealthRing health={tones[finding.severity]} />
        {isClosed ? 'closed' : finding.severity}
      </p>
      <div>
        <h2>{finding.reason}</h2>
        <p className="finding-about">
          {finding.environment !== null && (
            <>
              <Link to="/environments/$name" params={{ name: finding.environment }}>
                {finding.environment}
              </Link>
              {' · '}
            </>
          )}
          {finding.subject} · opened <Ago at={finding.openedAt} />
          {finding.closedAt !== null && (
            <>
              , closed <Ago at={finding.closedAt} />
            </>
          )}
        </p>
        <p className="finding-action">
          <b>Do next</b> <Words>{finding.action}</Words>
        </p>
        <details open={isOpen}>
          <summary>
            Evidence <code>{finding.code}</code>
          </summary>
          <Evidence facts={{ ...finding.evidence, 'found by': finding.source }} />
          <p className="quiet">
            Last seen <Ago at={finding.lastSeenAt} />
          </p>
        </details>
      </div>
    </li>
  );
}
