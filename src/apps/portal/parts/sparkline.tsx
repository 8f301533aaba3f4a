/** A small line without axes, for a glance along a table; the figures beside it say what counts. Holes stay open. */
export function Sparkline({ values, limit }: { readonly values: readonly (number | null)[]; readonly limit?: number }) {
  const width = 150;
  const height = 26;
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const hasLimit = limit !== undefined && Number.isFinite(limit);
  const top = Math.max(...known, hasLimit ? limit : 0) * 1.05 || 1;
  const x = (index: number) => (index / (values.length - 1)) * width;
  const y = (value: number) => height - 1 - (value / top) * (height - 2);
  let path = '';
  let isPen = false;
  values.forEach((value, index) => {
    if (value !== null) path += `${isPen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    isPen = value !== null;
  });
  return (
    <svg className="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {hasLimit && <path className="sparkline-limit" d={`M0 ${y(limit).toFixed(1)}h${width}`} />}
      <path className="sparkline-line" d={path} />
    </svg>
  );
}
