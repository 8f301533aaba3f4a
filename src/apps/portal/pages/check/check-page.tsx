import { useQuery } from '@tanstack/react-query';
import { diagnostics } from '../../data/queries.ts';
import { HealthRing } from '../../parts/health.tsx';
import { Page } from '../../parts/section.tsx';
import { Answered, EmptyState } from '../../parts/states.tsx';
import { Words } from '../../parts/words.tsx';
import type { Diagnostic } from '../../view/resources.ts';
import './check.css';

function byFile(items: readonly Diagnostic[]): [string, Diagnostic[]][] {
  const files = new Map<string, Diagnostic[]>();
  for (const item of items) files.set(item.file, [...(files.get(item.file) ?? []), item]);
  return [...files].sort(([left], [right]) => left.localeCompare(right));
}

function Item({ item }: { readonly item: Diagnostic }) {
  return (
    <li className={`diagnostic diagnostic-${item.severity}`}>
      <code className="diagnostic-place">
        {item.line}:{item.column}
      </code>
      <div>
        <p className="diagnostic-message">
          <HealthRing health={item.severity === 'error' ? 'unhealthy' : 'degraded'} size={16} />
          <span>
            <span className="visually-hidden">{item.severity}: </span>
            <Words>{item.message}</Words>
          </span>
        </p>
        <p className="diagnostic-hint">
          <Words>{item.hint}</Words>
        </p>
      </div>
      <code className="quiet">{item.code}</code>
    </li>
  );
}

/** What `plimsoll check` says of the estate the server runs, by file and line. */
export function CheckPage() {
  const query = useQuery(diagnostics());
  return (
    <Page title="Estate check" lead="What is wrong or doubtful in the estate as it is declared, by file and line.">
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title="The estate is clean" command="plimsoll check">
              No error and no warning. The same command runs before a change is merged.
            </EmptyState>
          ) : (
            byFile(items).map(([file, own]) => (
              <section key={file} className="section" aria-label={file}>
                <header className="section-head">
                  <h2>
                    <code>{file}</code>
                  </h2>
                </header>
                <ul>
                  {own.map((item) => (
                    <Item key={`${item.line}:${item.column} ${item.code} ${item.message}`} item={item} />
                  ))}
                </ul>
              </section>
            ))
          )
        }
      </Answered>
    </Page>
  );
}
