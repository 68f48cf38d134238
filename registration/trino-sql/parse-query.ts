import type { LexerInterpreter, ParserInterpreter, ParserRuleContext, RecognitionException, Token } from 'antlr4ng';
import type * as Antlr from 'antlr4ng';
import { createRequire } from 'node:module';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { longestStatement, statementTooLong } from '../sql.js';
import { SyntaxNode } from './syntax-node.js';

/** One query, parsed by Trino's grammar. */
export interface ParsedQuery {
  /** Without the semicolon and the comments after it; positions in the tree count from its start. */
  readonly sql: string;
  /** The rule `rootQuery`. */
  readonly root: SyntaxNode;
}

/** The grammar's Trino version, which reasons name. */
export const grammarVersion = '476';

/**
 * Trino 476 parses 800 parentheses, 200 nested subqueries and 1,500 added terms (depths 3,200, 2,000 and 1,500 of its tree),
 * and overflows its stack at 1,000, 400 and 2,000 of them.
 */
const deepestTree = 1_000;
const deepestBrackets = 250;
/** Lambdas directly within lambdas. */
const deepestLambdas = 25;

const tooDeep = 'its SQL nests too deeply for Trino to parse it; split it into several views';

/** Parses the text as exactly one query, or says why Trino would refuse it. Never throws, whatever the text. */
export function parseQuery(text: string): Result<ParsedQuery, string> {
  if (text.length > longestStatement) return fail(statementTooLong(text.length));
  const grammar = trinoGrammar();
  const all = grammar.tokensOf(text);
  const tokens = all.filter(({ channel }) => channel === 0);
  while (tokens.at(-1)?.type === grammar.semicolon) tokens.pop();
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return fail('its SQL is empty');
  if (tokens.some(({ type }) => type === grammar.semicolon)) return fail('its SQL holds more than one statement');
  if (first.text?.toUpperCase() === 'USING') {
    return fail('it calls a Lambda function (USING EXTERNAL FUNCTION), which only Athena can');
  }
  const refusal = tokens.map((token) => grammar.refusalOf(token)).find((reason) => reason !== undefined);
  if (refusal !== undefined) return fail(refusal);
  if (nestsTooDeeply(tokens)) return fail(tooDeep);
  const tree = grammar.parse(tokens, 'singleStatement');
  if (!tree.ok) return tree;
  const root = new SyntaxNode(tree.value, grammar.rules).child('statement')?.child('rootQueryWithSession');
  const query = root?.child('rootQuery');
  if (root === undefined || query === undefined) {
    return fail(`its SQL is not a query: it begins with ${first.text?.toUpperCase() ?? 'something else'}`);
  }
  if (root.children.length > 1) return fail('it sets session properties, which Trino allows in no view');
  if (query.depth() > deepestTree) return fail(tooDeep);
  return ok({ sql: text.slice(0, last.stop + 1), root: query });
}

/** Parses the text as exactly one expression, or says why Trino would refuse it. Never throws, whatever the text. */
export function parseExpression(text: string): Result<SyntaxNode, string> {
  if (text.length > longestStatement) return fail(statementTooLong(text.length));
  const grammar = trinoGrammar();
  const tokens = grammar.tokensOf(text).filter(({ channel }) => channel === 0);
  if (tokens.length === 0) return fail('its SQL is empty');
  const refusal = tokens.map((token) => grammar.refusalOf(token)).find((reason) => reason !== undefined);
  if (refusal !== undefined) return fail(refusal);
  if (nestsTooDeeply(tokens)) return fail(tooDeep);
  const tree = grammar.parse(tokens, 'standaloneExpression');
  if (!tree.ok) return tree;
  const root = new SyntaxNode(tree.value, grammar.rules);
  return root.depth() > deepestTree ? fail(tooDeep) : ok(root);
}

/** Whether brackets, CASE and lambdas nest deeper than allowed: parsing time rises with them, so it is checked first. */
function nestsTooDeeply(tokens: readonly Token[]): boolean {
  const open: string[] = [];
  let lambdas = 0;
  for (const { text = '' } of tokens) {
    const word = text.length <= 4 ? text.toUpperCase() : '';
    if (word === '->') lambdas += 1;
    if (['(', '[', 'CASE', '->'].includes(word)) open.push(word);
    else if ([',', ')', ']', 'END'].includes(word)) {
      for (; open.at(-1) === '->'; lambdas -= 1) open.pop();
      if (word !== ',') open.pop();
    }
    if (open.length > deepestBrackets || lambdas > deepestLambdas) return true;
  }
  return false;
}

type StartRule = 'singleStatement' | 'standaloneExpression';

interface TrinoGrammar {
  readonly rules: readonly string[];
  readonly semicolon: number;
  /** Every token with its place, without the end of the text. */
  tokensOf(text: string): Token[];
  /** Why Trino takes no statement with this token. */
  refusalOf(token: Token): string | undefined;
  parse(tokens: readonly Token[], rule: StartRule): Result<ParserRuleContext, string>;
}

/** `grammar-476.json`, which `tools/trino-facts/grammar.sh` takes from Trino's jar. */
interface GrammarFacts {
  readonly rules: readonly string[];
  readonly tokens: readonly (string | null)[];
  readonly literals: readonly (string | null)[];
  readonly lexerRules: readonly string[];
  readonly channels: readonly string[];
  readonly modes: readonly string[];
  readonly lexer: readonly number[];
  readonly parser: readonly number[];
}

let loaded: TrinoGrammar | undefined;

/** Loaded for the first view: most commands see none. */
function trinoGrammar(): TrinoGrammar {
  return (loaded ??= loadGrammar());
}

function loadGrammar(): TrinoGrammar {
  const require = createRequire(import.meta.url);
  const antlr = require('antlr4ng') as typeof Antlr;
  const facts = require('./grammar-476.json') as GrammarFacts;
  const vocabulary = new antlr.Vocabulary([...facts.literals], [...facts.tokens]);
  const machine = (serialized: readonly number[]): Antlr.ATN =>
    new antlr.ATNDeserializer().deserialize([...serialized]);
  const tokenType = (name: string): number => facts.tokens.indexOf(name);
  const streamOf = (tokens: readonly Token[]): Antlr.CommonTokenStream =>
    new antlr.CommonTokenStream(new antlr.ListTokenSource([...tokens]));

  const lexer: LexerInterpreter = new antlr.LexerInterpreter(
    'SqlBase.g4',
    vocabulary,
    [...facts.lexerRules],
    [...facts.channels],
    [...facts.modes],
    machine(facts.lexer),
    antlr.CharStream.fromString(''),
  );
  const parser: ParserInterpreter = new antlr.ParserInterpreter(
    'SqlBase.g4',
    vocabulary,
    [...facts.rules],
    machine(facts.parser),
    streamOf([]),
  );
  lexer.removeErrorListeners();
  parser.removeErrorListeners();
  parser.errorHandler = new antlr.BailErrorStrategy();

  const parseAs = (tokens: readonly Token[], rule: StartRule, mode: number): Result<ParserRuleContext, string> => {
    parser.tokenStream = streamOf(tokens);
    parser.interpreter.predictionMode = mode;
    try {
      return ok(parser.parse(facts.rules.indexOf(rule)));
    } catch (error) {
      if (error instanceof RangeError) return fail(tooDeep);
      if (!(error instanceof antlr.ParseCancellationException)) throw error;
      return fail(syntaxError((error.cause as RecognitionException | undefined)?.offendingToken ?? undefined));
    }
  };
  const badTokens = new Map([
    [tokenType('UNRECOGNIZED'), 'a character that is not part of Trino SQL'],
    [tokenType('BACKQUOTED_IDENTIFIER'), 'a name in backquotes; Trino quotes names with "'],
    [tokenType('DIGIT_IDENTIFIER'), 'a name that begins with a digit; Trino wants it in double quotes'],
  ]);
  return {
    rules: facts.rules,
    semicolon: tokenType('SEMICOLON'),
    tokensOf: (text) => {
      lexer.inputStream = antlr.CharStream.fromString(text);
      return inUtf16(lexer.getAllTokens(), text);
    },
    refusalOf: (token) => {
      const what = token.text === '""' ? 'an empty name' : badTokens.get(token.type);
      return what === undefined ? undefined : `its SQL has ${what} (${placeOf(token)}: ${excerpt(token)})`;
    },
    // As Trino does: the fast way first, and the complete one where that fails.
    parse: (tokens, rule) => {
      const fast = parseAs(tokens, rule, antlr.PredictionMode.SLL);
      return fast.ok ? fast : parseAs(tokens, rule, antlr.PredictionMode.LL);
    },
  };
}

function syntaxError(token: Token | undefined): string {
  const place = token === undefined || token.type < 0 ? 'before its end' : `at ${placeOf(token)}, at ${excerpt(token)}`;
  return `Trino ${grammarVersion} cannot parse its SQL: it goes wrong ${place}`;
}

function placeOf({ line, column }: Token): string {
  return `line ${line}, column ${column + 1}`;
}

function excerpt({ text = '' }: Token): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** ANTLR counts code points; the rest of the program cuts texts by UTF-16 units. */
function inUtf16(tokens: Token[], text: string): Token[] {
  const astral = /[\u{10000}-\u{10ffff}]/u;
  if (!astral.test(text)) return tokens;
  const offsets: number[] = [];
  let offset = 0;
  for (const character of text) {
    offsets.push(offset);
    offset += character.length;
  }
  offsets.push(offset);
  for (const token of tokens) {
    const own = token.text ?? '';
    const { start, stop } = token;
    token.start = offsets[start] ?? 0;
    token.stop = (offsets[stop + 1] ?? offset) - 1;
    // It would be read from the old places.
    token.text = own;
  }
  return tokens;
}
