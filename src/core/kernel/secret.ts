/**
 * A secret value in a wrapper that cannot be printed by accident: templates, JSON, loggers and the inspector all see
 * where it came from instead. Only `reveal` answers the value; call it where it leaves for its destination.
 */
export interface Secret {
  /** Where it came from, such as `env:ACME_API_KEY`; safe to print. */
  readonly origin: string;
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

/** Wraps a value. It lives in a closure, so no property walk or structured clone reaches it. */
export function createSecret(origin: string, value: string): Secret {
  const redacted = (): string => `[secret ${origin}]`;
  const secret = {
    origin,
    reveal: () => value,
    toString: redacted,
    toJSON: redacted,
    [Symbol.for('nodejs.util.inspect.custom')]: redacted,
  };
  return Object.freeze(secret);
}
