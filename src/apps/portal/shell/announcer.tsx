import { useEffect, useRef, useState } from 'react';
import { useCoarseNow } from '../data/clock.ts';
import { healthWords, judgedNow, worstReason } from '../view/judgement.ts';
import type { Overview } from '../view/resources.ts';

/** Tells screen readers when the health of an environment changes, once per change, on any page. */
export function Announcer({ overview }: { readonly overview: Overview | undefined }) {
  const now = useCoarseNow();
  const before = useRef(new Map<string, string>());
  const [said, say] = useState('');
  useEffect(() => {
    const changes: string[] = [];
    for (const environment of overview?.environments ?? []) {
      const judged = judgedNow(environment, now);
      const words = `business ${healthWords[judged.business.health]}, infrastructure ${healthWords[judged.infrastructure.health]}`;
      const last = before.current.get(environment.name);
      before.current.set(environment.name, words);
      if (last !== undefined && last !== words) {
        changes.push(`${environment.name}: ${words.toLowerCase()}. ${worstReason(judged)?.summary ?? ''}`);
      }
    }
    if (changes.length > 0) say(changes.slice(0, 3).join(' '));
  }, [overview, now]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {said}
    </p>
  );
}
