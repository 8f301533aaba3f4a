import { describeFact } from '../view/figures.ts';
import type { Fact } from '../view/resources.ts';

/** Facts as name and value. Text from outside stays text. */
export function Evidence({ facts }: { readonly facts: Readonly<Record<string, Fact>> }) {
  return (
    <dl className="evidence">
      {Object.entries(facts).map(([name, value]) => {
        const fact = describeFact(name, value);
        return (
          <div key={name}>
            <dt>{fact.label}</dt>
            <dd>{fact.value}</dd>
          </div>
        );
      })}
    </dl>
  );
}
