/** A number with its noun: `1 integration`, `2 integrations`, `3 boxes` where the plural is given. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
