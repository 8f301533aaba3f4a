import type { Ratio } from '../kernel/index.ts';

/**
 * The chance of at least `failures` failures in `total` independent tries that each fail with `ratio`: the exact upper tail
 * of the binomial distribution (the one-sided p-value of Clopper and Pearson, Biometrika 26, 1934). Non-integers count down.
 */
export function chanceOfAtLeast(failures: number, total: number, ratio: Ratio): number {
  const n = Math.floor(total);
  const k = Math.floor(failures);
  if (k <= 0) return 1;
  if (k > n || ratio <= 0) return 0;
  if (ratio >= 1) return 1;
  // Summing from the first term at k outward keeps small tails exact; terms shrink by a ratio that is known.
  let term = Math.exp(logChoose(n, k) + k * Math.log(ratio) + (n - k) * Math.log1p(-ratio));
  let sum = term;
  const odds = ratio / (1 - ratio);
  for (let i = k + 1; i <= n; i += 1) {
    term *= ((n - i + 1) / i) * odds;
    sum += term;
    // Past the mode the rest is less than a geometric series: stop once it cannot be seen any more.
    if (i > n * ratio && term < sum * 1e-16) break;
  }
  return Math.min(1, sum);
}

/** The logarithm of "n over k"; a sum over the smaller of both, exact to the last digits that doubles have. */
function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= Math.min(k, n - k); i += 1) sum += Math.log((n - i + 1) / i);
  return sum;
}
