/** JSON that every store can keep: no NUL and no lone surrogate, which text from outside can hold and PostgreSQL refuses. */
export function storable<Value>(value: Value): Value {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd') as Value;
  if (Array.isArray(value)) return value.map(storable) as Value;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [storable(key), storable(member)])) as Value;
  }
  return value;
}
