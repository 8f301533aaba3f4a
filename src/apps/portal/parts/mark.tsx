const seasons = [
  { name: 'TF', y: 6 },
  { name: 'F', y: 11 },
  { name: 'T', y: 16 },
  { name: 'S', y: 21 },
  { name: 'W', y: 26 },
  { name: 'WNA', y: 31 },
];

/** The product's sign: Samuel Plimsoll's ring and line, with the ladder of seasonal lines. Fresh water lines point aft. */
export function Mark({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={(size * 56) / 38} height={size} viewBox="0 0 56 38" aria-hidden="true" className="mark">
      <circle cx="16" cy="21" r="11" fill="none" stroke="currentColor" strokeWidth="2.6" />
      <path d="M1 21h30" stroke="currentColor" strokeWidth="2.6" />
      <path d="M44 5v27" stroke="currentColor" strokeWidth="2" />
      {seasons.map((season) => (
        <path
          key={season.name}
          d={season.name === 'TF' || season.name === 'F' ? `M36 ${season.y}h8` : `M44 ${season.y}h9`}
          stroke="currentColor"
          strokeWidth="2"
        />
      ))}
    </svg>
  );
}
