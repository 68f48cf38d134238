/** A table or view that a query reads, and the position of its name in the text. */
export interface RelationName {
  /** Without quotes, in lower case: `['awsdatacatalog', 'sales', 'orders']`, or fewer. */
  readonly parts: readonly string[];
  readonly start: number;
  readonly end: number;
  /** False where `AS name` may follow it: it has neither an alias yet, nor a `FOR VERSION AS OF` that would come first. */
  readonly isAliased: boolean;
}

interface Token {
  readonly kind: 'word' | 'quoted' | 'other';
  /** Words in upper case, quoted names without quotes, strings as they are. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Comments are skipped; what is left are names, words, strings and single characters. */
const tokenPattern = /'(?:[^']|'')*'|--[^\r\n]*|\/\*[\s\S]*?\*\/|"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$@]*)|\S/gu;

/** Words that end the list of relations after FROM. Source: Trino documentation, 'SELECT'. */
const endsFrom = new Set([
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'WINDOW',
  'SELECT',
  'VALUES',
]);
/** Words that may follow a relation without being its alias. */
const notAliases = new Set([
  ...endsFrom,
  'ON',
  'USING',
  'JOIN',
  'INNER',
  'LEFT',
  'RIGHT',
  'FULL',
  'CROSS',
  'NATURAL',
  'TABLESAMPLE',
  'MATCH_RECOGNIZE',
]);
/** Relations that are not names. */
const tableExpressions = new Set(['UNNEST', 'LATERAL', 'TABLE', 'VALUES', 'SELECT', 'WITH', 'JSON_TABLE']);
/** Functions with a FROM of their own, such as `extract(year FROM day)`. */
const functionsWithFrom = new Set(['EXTRACT', 'TRIM', 'SUBSTRING', 'OVERLAY']);

interface Frame {
  /** Inside the list of relations after FROM, at this depth of parentheses. */
  inFrom: boolean;
  /** The next token begins a relation. */
  expectsRelation: boolean;
  readonly ignoresFrom: boolean;
  /** The WITH list that the frame's query begins with, as long as it lasts. */
  withList: 'plain' | 'recursive' | undefined;
  /** The WITH name whose definition this is. */
  readonly defines: string | undefined;
  /** WITH names that are known from here to the end of these parentheses. */
  readonly own: Set<string>;
}

/** The relations that a Trino (Athena) query reads, without its own WITH names, in the order of the text. */
export function relationNamesIn(sql: string): readonly RelationName[] {
  const tokens = tokensOf(sql);
  const frames: Frame[] = [
    {
      inFrom: false,
      expectsRelation: false,
      ignoresFrom: false,
      withList: undefined,
      defines: undefined,
      own: new Set(),
    },
  ];
  const names: RelationName[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index];
    const frame = frames.at(-1);
    if (token === undefined || frame === undefined) break;
    if (token.text === '(' && token.kind === 'other') {
      const isRelation = frame.expectsRelation;
      frame.expectsRelation = false;
      const defines = frame.withList === undefined ? undefined : withNameBefore(tokens, index);
      frames.push({
        inFrom: isRelation,
        expectsRelation: isRelation,
        ignoresFrom: functionsWithFrom.has(wordAt(tokens, index - 1)),
        withList: undefined,
        defines,
        // Only WITH RECURSIVE knows a name inside its own definition; otherwise it means the table there.
        own: new Set(defines !== undefined && frame.withList === 'recursive' ? [defines] : []),
      });
    } else if (token.text === ')' && token.kind === 'other') {
      if (frames.length > 1) frames.pop();
      if (frame.defines !== undefined) frames.at(-1)?.own.add(frame.defines);
    } else if (
      frame.expectsRelation &&
      token.kind !== 'other' &&
      !(token.kind === 'word' && tableExpressions.has(token.text))
    ) {
      frame.expectsRelation = false;
      const chain = chainAt(tokens, index);
      index += chain.length - 1;
      const name = relationOf(chain, tokens[index + 1]);
      const isOwn = name?.parts.length === 1 && frames.some(({ own }) => own.has(name.parts[0] ?? ''));
      if (name !== undefined && !isOwn && !isParenthesis(tokens[index + 1])) names.push(name);
    } else {
      step(frame, token, tokens[index - 1], tokens[index + 1]);
    }
  }
  return names;
}

const queryStarts = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', '(']);

/** The query without the semicolon and comments after it; `undefined` for text that is anything but exactly one query. */
export function singleQueryIn(sql: string): string | undefined {
  const tokens = tokensOf(sql);
  const last = tokens.findLastIndex((token) => !isSemicolon(token));
  if (!queryStarts.has(tokens[0]?.text ?? '') || tokens.slice(0, last).some(isSemicolon)) return undefined;
  return sql.slice(0, tokens[last + 1]?.start).trim();
}

function isSemicolon({ kind, text }: Token): boolean {
  return kind === 'other' && text === ';';
}

function step(frame: Frame, token: Token, previous: Token | undefined, next: Token | undefined): void {
  frame.expectsRelation = false;
  if (token.kind === 'other') {
    frame.expectsRelation = token.text === ',' && frame.inFrom;
  } else if (token.kind === 'word' && token.text === 'FROM') {
    // `IS DISTINCT FROM` compares.
    if (frame.ignoresFrom || isWord(previous, 'DISTINCT')) return;
    frame.inFrom = true;
    frame.expectsRelation = true;
  } else if (token.kind === 'word' && (token.text === 'JOIN' || (token.text === 'TABLE' && next?.text !== '('))) {
    frame.expectsRelation = true;
  } else if (token.kind === 'word' && token.text === 'WITH') {
    // Only a query begins with it; `WITH ORDINALITY` and the like follow something.
    if (previous === undefined || isParenthesis(previous))
      frame.withList = isWord(next, 'RECURSIVE') ? 'recursive' : 'plain';
  } else if (token.kind === 'word' && endsFrom.has(token.text)) {
    frame.inFrom = false;
    if (token.text === 'SELECT') frame.withList = undefined;
  }
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text;
}

function tokensOf(sql: string): readonly Token[] {
  return [...sql.matchAll(tokenPattern)].flatMap((match): Token[] => {
    const [text, quoted, word] = match;
    const place = { start: match.index, end: match.index + text.length };
    if (quoted !== undefined) return [{ kind: 'quoted', text: quoted.replaceAll('""', '"'), ...place }];
    if (word !== undefined) return [{ kind: 'word', text: word.toUpperCase(), ...place }];
    return text.startsWith('--') || text.startsWith('/*') ? [] : [{ kind: 'other', text, ...place }];
  });
}

/** The name in `name AS (` or `name (a, b) AS (`, where `index` is the parenthesis. */
function withNameBefore(tokens: readonly Token[], index: number): string | undefined {
  if (wordAt(tokens, index - 1) !== 'AS') return undefined;
  let at = index - 2;
  if (tokens[at]?.text === ')') {
    while (at > 0 && tokens[at]?.text !== '(') at -= 1;
    at -= 1;
  }
  const name = tokens[at];
  return name === undefined || name.kind === 'other' ? undefined : name.text.toLowerCase();
}

/** `a . b . c`, as tokens. */
function chainAt(tokens: readonly Token[], from: number): readonly Token[] {
  let end = from + 1;
  while (tokens[end]?.text === '.' && tokens[end + 1] !== undefined && tokens[end + 1]?.kind !== 'other') end += 2;
  return tokens.slice(from, end);
}

function relationOf(chain: readonly Token[], next: Token | undefined): RelationName | undefined {
  const [first, last] = [chain[0], chain.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const isAliased =
    next !== undefined && (next.kind === 'quoted' || (next.kind === 'word' && !notAliases.has(next.text)));
  return {
    parts: chain.filter(({ kind }) => kind !== 'other').map(({ text }) => text.toLowerCase()),
    start: first.start,
    end: last.end,
    isAliased,
  };
}

function isParenthesis(token: Token | undefined): boolean {
  return token?.kind === 'other' && token.text === '(';
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === 'word' ? token.text : '';
}
