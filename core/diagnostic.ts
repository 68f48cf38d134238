/** One thing that is wrong with what the user gave: what, where, what is allowed, what to do. */
export interface Diagnostic {
  /** Stable and kebab-cased, such as `unknown-key`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** Where inside the input: a JSON Pointer, an asset key, or a construct path. Empty for the input as a whole. */
  readonly path: string;
  /** The problem, with the value received and what is allowed. One sentence. */
  readonly message: string;
  /** The change to make or the command to run. */
  readonly fix: string;
  readonly at?: SourcePosition;
}

/** A place in a file that a person can open. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The parts of a Diagnostic; `severity` and `path` may be left out. */
export interface DiagnosticParts extends Omit<Diagnostic, 'severity' | 'path'> {
  /** @default error */
  readonly severity?: Diagnostic['severity'];
  /** @default the input as a whole */
  readonly path?: string;
}

/** Makes every Diagnostic of the product. */
export function diagnostic({ code, severity = 'error', path = '', message, fix, at }: DiagnosticParts): Diagnostic {
  return { code, severity, path, message, fix, ...(at !== undefined && { at }) };
}

/** Writes each to the stream, on its own lines. */
export function writeDiagnostics(stream: NodeJS.WritableStream, diagnostics: readonly Diagnostic[]): void {
  for (const each of diagnostics) stream.write(`${formatDiagnostic(each)}\n`);
}

/** A line for each: its message and its fix, as sentences. */
export function messagesAndFixes(diagnostics: readonly Pick<Diagnostic, 'message' | 'fix'>[]): string {
  return diagnostics.map(({ message, fix }) => `${message}${/[.!?…]$/.test(message) ? '' : '.'} ${fix}`).join('\n');
}

/** `acme.yaml:12:5: error: … [unknown-key]`, then the fix on its own line. Control characters are escaped. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { severity, message, code, fix } = diagnostic;
  const place = formatPlace(diagnostic);
  return (
    printable(`${place === '' ? '' : `${place}: `}${severity}: ${message} [${code}]`) + `\n  fix: ${printable(fix)}`
  );
}

function formatPlace({ at, path }: Diagnostic): string {
  if (at === undefined) return path;
  return [at.file, at.line, at.column].filter((part) => part !== undefined).join(':');
}

/**
 * Catalog text is untrusted: a table's name must not move the cursor, colour the terminal or turn the line around. Control
 * and format characters (such as U+202E), line separators and lone surrogates are shown by their number.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (c) => {
    const code = (c.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
