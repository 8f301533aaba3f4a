import { Section } from '../../parts/section.tsx';
import { describeFact } from '../../view/figures.ts';
import type { EnvironmentDetail } from '../../view/resources.ts';

function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What the estate declares of it: workers, modules, and the thresholds it is judged by. */
export function Declared({ detail }: { readonly detail: EnvironmentDetail }) {
  const workers = Object.entries(detail.workers).map(([name, count]) => `${count} ${name}`);
  const thresholds = Object.entries(detail.thresholds).map(([name, value]) => {
    const fact = describeFact(name, value);
    return [fact.label, fact.value] as const;
  });
  return (
    <Section title="Declared">
      <Facts
        facts={[
          ['Database', detail.database],
          ['Workers', workers.join(', ')],
          ['Sites', detail.sites.map((site) => `${site.name} (${site.timezone})`).join(', ')],
          ['Modules', detail.modules.join(', ')],
        ]}
      />
      <details className="thresholds">
        <summary>{thresholds.length} thresholds it is judged by</summary>
        <Facts facts={thresholds} />
      </details>
    </Section>
  );
}
