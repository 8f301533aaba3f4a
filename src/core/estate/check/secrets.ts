import type { Diagnostic } from '../../kernel/index.ts';
import { diagnose } from '../diagnostic-catalogue.ts';
import type { Path, RawDocument } from '../read/documents.ts';
import { readSecretReference } from '../schema/scalars.ts';

const secretKey =
  /(api|access|private|signing|encryption)[-_]?key$|pass(word|wd|phrase)$|token$|secret$|credentials?$/i;
/** An age identity or a private key in PEM, wherever it stands. */
const keyItself = /AGE-SECRET-KEY-|-----BEGIN [A-Z ]*PRIVATE KEY-----/i;
const urlWithPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i;

/** Where secrets stand in plain: under keys that hold secrets, and as passwords inside addresses. Values are never repeated. */
export function checkSecrets(document: RawDocument): readonly Diagnostic[] {
  return walk(document, document.value, [], 0);
}

/** Deeper than any document we know; the rest is refused as unknown keys anyway. */
const deepest = 30;

function walk(document: RawDocument, value: unknown, path: Path, depth: number): readonly Diagnostic[] {
  if (typeof value === 'string') return judge(document, value, path);
  if (typeof value !== 'object' || value === null || depth > deepest) return [];
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  return [...entries].flatMap(([step, inner]) => walk(document, inner, [...path, step], depth + 1));
}

function judge(document: RawDocument, value: string, path: Path): readonly Diagnostic[] {
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  const isNamedSecret = secretKey.test(String(key)) && readSecretReference(value) === undefined;
  if (isNamedSecret || keyItself.test(value)) {
    return [diagnose('SECRET_IN_PLAIN', document.placeOf(path), `\`${path.join('.')}\` holds a secret in plain`)];
  }
  if (!urlWithPassword.test(value)) return [];
  const message = `\`${path.join('.')}\` is an address with a password in it`;
  return [diagnose('SECRET_IN_PLAIN', document.placeOf(path), message)];
}

/** A source line with everything hidden that may be a secret, for showing it to people. */
export function redactLine(line: string): string {
  return line
    .replace(
      /(["']?[\w-]*(?:key|password|passwd|passphrase|token|secret|credentials?)["']?\s*:\s*)(?!["']?(?:env|file):)(\S.*)$/i,
      '$1********',
    )
    .replaceAll(/AGE-SECRET-KEY-[A-Z0-9]*/gi, '********')
    .replaceAll(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, '$1********@');
}
