/** Follows. */
export function SignInPage() {
  return null;
}
