/** Follows. */
export function BootstrapPage() {
  return null;
}
