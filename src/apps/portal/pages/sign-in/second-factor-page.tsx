/** Follows. */
export function SecondFactorPage() {
  return null;
}
