/** One choice out of a few; the empty one means all. */
export function Filter(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}) {
  const options =
    props.value === undefined || props.options.includes(props.value) ? props.options : [...props.options, props.value];
  return (
    <label className="filter">
      {props.label}
      <select value={props.value ?? ''} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">All</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
}
