import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** Printable Latin-1. HTTP drops spaces at the ends, which would change the name. */
const headerText = /^(?! )[ -~\u00a0-\u00ff]*(?<! )$/;
/** Trino splits the header at these. */
const sessionName = /^[!-~]+$/;
const sessionSeparator = /[,=]/;

/**
 * The fields that a header cannot carry. Trino reads them as they are: it decodes only the values of session properties.
 * Source: Trino's `io.trino.server.HttpRequestSessionContextFactory`.
 */
export function headerProblems(fields: Readonly<Record<string, string | undefined>>): readonly Diagnostic[] {
  return Object.entries(fields)
    .filter(([, value = '']) => !headerText.test(value))
    .map(([field, value]) =>
      diagnostic({
        code: 'trino-header',
        message: `The field '${field}' is ${JSON.stringify(value)}, which an HTTP header cannot carry to Trino; allowed are printable characters of Latin-1, without spaces at the ends.`,
        fix: `Set \`${field}\` to allowed characters only; a catalog or schema with others can be named in the statement itself.`,
      }),
    );
}

/** Values may be any Unicode text: they are sent URL-encoded. */
export function sessionProblems(session: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  return Object.entries(session)
    .filter(([name, value]) => !sessionName.test(name) || sessionSeparator.test(name) || !value.isWellFormed())
    .map(([name]) =>
      diagnostic({
        code: 'trino-session-property',
        message: `The session property ${JSON.stringify(name)} cannot be sent to Trino: its name must be visible ASCII without comma and equals sign, its value well-formed Unicode.`,
        fix: 'Use a name that SHOW SESSION lists, and a value without unpaired surrogates.',
      }),
    );
}
