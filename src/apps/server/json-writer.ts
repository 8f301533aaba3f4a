/**
 * Writes answers as `JSON.stringify` does. The text of a frozen member of a list is kept beside it: of a list of a
 * thousand only what changed since the last answer is written again.
 */
export function createJsonWriter(): (answer: object) => string {
  const texts = new WeakMap<object, string>();

  const member = (value: unknown): string => {
    if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return JSON.stringify(value) ?? 'null';
    const kept = texts.get(value);
    if (kept !== undefined) return kept;
    const text = JSON.stringify(value);
    texts.set(value, text);
    return text;
  };

  const field = (value: unknown): string | undefined =>
    Array.isArray(value) && value.some((each) => typeof each === 'object' && Object.isFrozen(each))
      ? `[${value.map(member).join(',')}]`
      : JSON.stringify(value);

  return (answer) => {
    if (Array.isArray(answer)) return field(answer) ?? 'null';
    const fields = Object.entries(answer).flatMap(([key, value]) => {
      const text = field(value);
      return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
    });
    return `{${fields.join(',')}}`;
  };
}
