import { IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { Hash } from '../../parts/copy.tsx';
import { HealthRing } from '../../parts/health.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { formatCount } from '../../view/figures.ts';
import type { LedgerVerification } from '../../view/resources.ts';

function Result({ result }: { readonly result: LedgerVerification }) {
  if (!result.isIntact) {
    return (
      <p className="verified verified-broken">
        <HealthRing health="unhealthy" />
        <span>
          <b>Broken</b>
          {result.firstBrokenSequence !== null && ` at entry ${result.firstBrokenSequence}`}: {result.problem}
        </span>
      </p>
    );
  }
  return (
    <p className="verified">
      <HealthRing health="healthy" />
      <span>
        <b>Intact.</b> {formatCount(result.entryCount)} {result.entryCount === 1 ? 'entry' : 'entries'} recomputed.
      </span>
      {result.head !== null && (
        <span>
          Head <Hash value={result.head} name="head hash" />
        </span>
      )}
    </p>
  );
}

/** One click recomputes the whole chain. */
export function Verification() {
  const verification = useMutation({ mutationFn: () => api.call(routes.verifyLedger, {}) });
  return (
    <div className="verification">
      <button type="button" className="button" disabled={verification.isPending} onClick={() => verification.mutate()}>
        <IconShieldCheck size={17} aria-hidden="true" />
        {verification.isPending ? 'Recomputing …' : 'Verify the chain'}
      </button>
      <div role="status">{verification.data !== undefined && <Result result={verification.data} />}</div>
      {verification.error !== null && <ErrorState error={verification.error} />}
    </div>
  );
}
