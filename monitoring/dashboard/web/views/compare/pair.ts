import { formatsFor } from '../../format/values.js';

interface Listed {
  readonly id: string;
}

/**
 * The pair that the address asks to compare; without it, the newest and the one before. `assessments` begins with the
 * newest.
 */
export function chosenPair(
  assessments: readonly Listed[],
  before: string | undefined,
  after: string | undefined,
): { readonly before: string; readonly after: string } | undefined {
  const [newest, second] = assessments;
  if (newest === undefined || second === undefined) return undefined;
  return { before: before ?? second.id, after: after ?? newest.id };
}

const { bytes } = formatsFor();

/** A size as people read it; everything else as the comparison says it. */
export function shownSide(what: string, text: string): string {
  const [, size] = /^(\d+) bytes$/.exec(text) ?? [];
  return what === 'size' && size !== undefined ? bytes(Number(size)) : text;
}
