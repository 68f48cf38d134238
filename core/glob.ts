import picomatch from 'picomatch';

export type TextTest = (text: string) => boolean;

const special = /[*?[\]{}\\]/;

/** Any of the globs. `*` matches everything, slashes and leading dots too: names in a catalog are no paths. */
export function compileGlobs(globs: readonly string[]): TextTest {
  if (globs.includes('*')) return () => true;
  const literals = new Set(globs.filter(isLiteral).map((glob) => glob.toLowerCase()));
  const patterns = globs.filter((glob) => !isLiteral(glob)).map(compileGlob);
  return (text) => literals.has(text.toLowerCase()) || patterns.some((matches) => matches(text));
}

export function isLiteral(glob: string): boolean {
  return !special.test(glob);
}

function compileGlob(glob: string): TextTest {
  const pattern = picomatch.makeRe(glob, { bash: true, dot: true, nocase: true, noextglob: true, nonegate: true });
  return (text) => pattern.test(text);
}
