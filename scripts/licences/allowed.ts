/** Identifiers of the SPDX License List that the product's packages may have. */
const allowed: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  // Binds the files of the package alone, which we do not change.
  'MPL-2.0',
  // Of fonts; it lets them be embedded.
  'OFL-1.1',
  'Unlicense',
]);

export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, or what the package says instead. */
  readonly licence: string;
  /** Whether only tests and builds use it. */
  readonly isForDevelopment: boolean;
}

interface Exception {
  readonly name: RegExp;
  readonly licence: string;
  readonly isForDevelopment: boolean;
}

const exceptions: readonly Exception[] = [
  // Dedicated to the public domain, which has no identifier.
  { name: /^jsonify$/, licence: 'Public Domain', isForDevelopment: false },
  // Data about browsers, which bundlers read.
  { name: /^caniuse-lite$/, licence: 'CC-BY-4.0', isForDevelopment: true },
  // docs/adr/0014-iam-simulate-is-for-tests-only.md
  { name: /^@cloud-copilot\//, licence: 'AGPL-3.0-or-later', isForDevelopment: true },
];

export function isAllowed({ name, licence, isForDevelopment }: LicensedPackage): boolean {
  const isException = exceptions.some(
    (exception) =>
      exception.name.test(name) && exception.licence === licence && (isForDevelopment || !exception.isForDevelopment),
  );
  return isException || holds(licence);
}

/** Of an expression such as `(MIT OR GPL-3.0-only) AND ISC`: whether a choice exists that is allowed. Source: SPDX 2.3, annex D. */
function holds(expression: string): boolean {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const primary = (): boolean => {
    const token = tokens[at++];
    if (token !== '(') return token !== undefined && allowed.has(token);
    const inner = either();
    return tokens[at++] === ')' && inner;
  };
  const both = (): boolean => {
    let all = primary();
    while (tokens[at] === 'AND') {
      at += 1;
      all = primary() && all;
    }
    return all;
  };
  const either = (): boolean => {
    let any = both();
    while (tokens[at] === 'OR') {
      at += 1;
      any = both() || any;
    }
    return any;
  };
  const answer = either();
  // Such as `GPL-2.0-only WITH Classpath-exception-2.0`, which is not read.
  return answer && at === tokens.length;
}
