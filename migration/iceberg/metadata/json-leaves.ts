import { visit } from 'jsonc-parser';
import type { JSONPath } from 'jsonc-parser';
import { MalformedFile } from '../malformed-file.js';

/** A text in a JSON document, and where it stands, quotes included. */
export interface TextLeaf {
  readonly path: JSONPath;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Every text that is a value, not the names of members. The document must be JSON. */
export function textLeaves(json: string): readonly TextLeaf[] {
  const leaves: TextLeaf[] = [];
  visit(
    json,
    {
      onLiteralValue: (value: unknown, offset, length, _line, _character, pathSupplier) => {
        if (typeof value === 'string')
          leaves.push({ path: pathSupplier(), text: value, start: offset, end: offset + length });
      },
      onError: () => {
        throw new MalformedFile('is not JSON');
      },
    },
    { disallowComments: true },
  );
  return leaves;
}

/**
 * Replaces texts of a JSON document; everything else stays as it is: numbers of any size, the order of members, blanks.
 * `replace` gives `undefined` for what stays.
 */
export function replaceTexts(json: string, replace: (leaf: TextLeaf) => string | undefined): string {
  const pieces: string[] = [];
  let position = 0;
  for (const leaf of textLeaves(json)) {
    const text = replace(leaf);
    if (text === undefined || text === leaf.text) continue;
    pieces.push(json.slice(position, leaf.start), JSON.stringify(text));
    position = leaf.end;
  }
  return [...pieces, json.slice(position)].join('');
}
