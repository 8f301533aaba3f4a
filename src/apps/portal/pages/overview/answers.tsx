import { Link } from '@tanstack/react-router';
import { useCoarseNow } from '../../data/clock.ts';
import { HealthRing } from '../../parts/health.tsx';
import { threeAnswers } from '../../view/answers.ts';
import type { Overview } from '../../view/resources.ts';

/** The three answers without a click, each with its reason. */
export function Answers({ overview }: { readonly overview: Overview }) {
  const now = useCoarseNow();
  return (
    <dl className="answers">
      {threeAnswers(overview, now).map((answer) => (
        <div key={answer.question} className={`answer answer-${answer.tone}`}>
          <dt>{answer.question}</dt>
          <dd className="answer-word">
            <HealthRing health={answer.tone} size={30} />
            {answer.word}
          </dd>
          <dd className="answer-reason">
            {answer.reason}{' '}
            {answer.environment !== undefined && (
              <Link to="/environments/$name" params={{ name: answer.environment }} className="answer-link">
                Look at {answer.environment}
              </Link>
            )}
            {answer.isRecovery === true && (
              <Link to="/recovery" className="answer-link">
                See what is proven
              </Link>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
