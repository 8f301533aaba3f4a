import type { Health } from '../view/resources.ts';

const waterAt: Readonly<Record<Health, number>> = { healthy: 27, degraded: 20, unhealthy: 12, unknown: 24 };

/** A hull in section with its load line: how deep it lies is its worst answer. The words stand beside it. */
export function HullGlyph({ health }: { readonly health: Health }) {
  const top = waterAt[health];
  return (
    <svg className={`hull hull-${health}`} width="56" height="44" viewBox="0 0 56 44" aria-hidden="true">
      <path className="hull-body" d="M9 5v20q0 11 11 11h16q11 0 11-11V5" />
      <rect className="hull-water" x="0" y={top} width="56" height={44 - top} />
      <path className="hull-surface" d={`M0 ${top}h56`} />
      <path className="hull-edge" d="M9 5v20q0 11 11 11h16q11 0 11-11V5M4 5h48" />
      <circle className="hull-ring" cx="28" cy="20" r="6" />
      <path className="hull-line" d="M18 20h20" />
    </svg>
  );
}
