import type { Draught } from '../../view/draught.ts';

const width = 360;
const lineY = 92;
/** Where nothing at all floats: 0 %. */
const keelY = 176;
const deepestRatio = 1.65;

const yOf = (ratio: number) =>
  Math.round((keelY - (keelY - lineY) * Math.min(Math.max(ratio, 0), deepestRatio)) * 10) / 10;

interface Placed {
  readonly draught: Draught;
  readonly y: number;
  readonly labelY: number;
}

const labelHeight = 17;
const topLabelY = 14;

/** Labels keep a line's height between them: they move up where several measures lie alike, but not out of the picture. */
function place(draughts: readonly Draught[]): Placed[] {
  const measured = draughts.filter((each) => each.ratio !== null).toSorted((a, b) => (a.ratio ?? 0) - (b.ratio ?? 0));
  let free = keelY + 2 * labelHeight;
  return measured.map((draught, index) => {
    const y = yOf(draught.ratio ?? 0);
    free = Math.min(y, free - labelHeight);
    return { draught, y, labelY: Math.max(free, topLabelY + (measured.length - 1 - index) * labelHeight) };
  });
}

function Ladder({ placed }: { readonly placed: readonly Placed[] }) {
  return (
    <g className="ladder">
      <path d={`M222 ${keelY}V${Math.min(lineY - 30, ...placed.map((each) => each.y)) - 6}`} />
      {placed.map(({ draught, y, labelY }) => (
        <g key={draught.name} className={(draught.ratio ?? 0) > 1 ? 'ladder-over' : ''}>
          <path d={`M222 ${y}h14L246 ${labelY}`} />
          <text x="250" y={labelY + 4}>
            {draught.name} {Math.round((draught.ratio ?? 0) * 100)} %
          </text>
        </g>
      ))}
    </g>
  );
}

/** Hull, ring, line and water. All that it says stands in the table below it. */
export function LoadLinePicture({ draughts }: { readonly draughts: readonly Draught[] }) {
  const deepest = draughts[0]?.ratio ?? null;
  const isOver = (deepest ?? 0) > 1;
  const water = deepest === null ? undefined : yOf(deepest);
  const placed = place(draughts);
  return (
    <svg
      className={`load-line ${isOver ? 'load-line-over' : ''} ${water === undefined ? 'load-line-unknown' : ''}`}
      viewBox={`0 0 ${width} 208`}
      aria-hidden="true"
    >
      <defs>
        <clipPath id="hull-side">
          <path d="M0 22h196v140q0 26-30 26H0z" />
        </clipPath>
      </defs>
      <path className="load-line-hull" d="M0 22h196v140q0 26-30 26H0z" />
      {water !== undefined && (
        <>
          <rect className="load-line-sea" x="0" y={water} width={width} height={208 - water} />
          <rect className="load-line-wet" x="0" y={water} width="196" height={208 - water} clipPath="url(#hull-side)" />
        </>
      )}
      <path className="load-line-deck" d="M0 22h196v140q0 26-30 26H0" />
      <circle className="load-line-ring" cx="62" cy={lineY} r="28" />
      <path className="load-line-bar" d={`M16 ${lineY}h92`} />
      <path className="load-line-limit" d={`M196 ${lineY}H240`} />
      <text className="load-line-initial" x="16" y={lineY - 8}>
        P
      </text>
      <text className="load-line-initial" x="96" y={lineY - 8}>
        L
      </text>
      {water !== undefined && (
        <path
          className="load-line-surface"
          d={`M0 ${water}q15-4 30 0t30 0 30 0 30 0 30 0 30 0 30 0 30 0 30 0 30 0 30 0 30 0`}
        />
      )}
      <Ladder placed={placed} />
    </svg>
  );
}
