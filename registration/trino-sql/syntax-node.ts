import type { ParseTree, Token } from 'antlr4ng';

/** A rule or a token of Trino's grammar in a parsed query. Rules have the names of `SqlBase.g4`. */
export class SyntaxNode {
  /** `undefined` for a token. */
  readonly rule: string | undefined;
  readonly #tree: ParseTree;
  readonly #rules: readonly string[];
  #children: readonly SyntaxNode[] | undefined;

  constructor(tree: ParseTree, rules: readonly string[]) {
    this.#tree = tree;
    this.#rules = rules;
    this.rule = 'ruleIndex' in tree ? rules[tree.ruleIndex as number] : undefined;
  }

  get children(): readonly SyntaxNode[] {
    return (this.#children ??= childrenOf(this.#tree).map((child) => new SyntaxNode(child, this.#rules)));
  }

  /** The first child of that rule. */
  child(rule: string): SyntaxNode | undefined {
    return this.children.find((child) => child.rule === rule);
  }

  all(rule: string): readonly SyntaxNode[] {
    return this.children.filter((child) => child.rule === rule);
  }

  /** The token's text, in upper case; empty for a rule. */
  get word(): string {
    return this.rule === undefined ? this.text.toUpperCase() : '';
  }

  /** Whether a token with this text, in upper case, is a child. */
  has(word: string): boolean {
    return this.children.some((child) => child.word === word);
  }

  /** The token's text; of a rule the text without white space and comments. */
  get text(): string {
    return this.#tree.getText();
  }

  /** Position of its first character in the query. */
  get start(): number {
    return this.#first?.start ?? 0;
  }

  /** Position after its last character. */
  get end(): number {
    return (this.#last?.stop ?? -1) + 1;
  }

  /** Levels of the tree below it. Chains of AND and OR count once: Trino makes one list of them. */
  depth(): number {
    let deepest = 0;
    const open: { readonly tree: ParseTree; readonly level: number }[] = [{ tree: this.#tree, level: 1 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { tree, level } = next;
      deepest = Math.max(deepest, level);
      const children = childrenOf(tree);
      const isChain = isLogical(children);
      children.forEach((child, index) => open.push({ tree: child, level: isChain && index === 0 ? level : level + 1 }));
    }
    return deepest;
  }

  /**
   * Its children; of a chain `a AND b AND c` those of all its links, so that whoever walks the tree by recursion
   * needs no more room for a long chain.
   */
  parts(): readonly SyntaxNode[] {
    const links: (readonly SyntaxNode[])[] = [];
    let children = this.children;
    while (isLogical(children.map((child) => child.#tree))) {
      links.push(children.slice(1));
      children = children[0]?.children ?? [];
    }
    return [...children, ...links.reverse().flat()];
  }

  get #first(): Token | null {
    return isToken(this.#tree) ? this.#tree.symbol : rule(this.#tree).start;
  }

  get #last(): Token | null {
    return isToken(this.#tree) ? this.#tree.symbol : rule(this.#tree).stop;
  }
}

/** The members of ANTLR's token and rule classes; the classes themselves are loaded later. */
type TokenTree = ParseTree & { readonly symbol: Token };
interface RuleTree {
  readonly children: readonly ParseTree[];
  readonly start: Token | null;
  readonly stop: Token | null;
}

function childrenOf(tree: ParseTree): readonly ParseTree[] {
  return isToken(tree) ? [] : rule(tree).children;
}

function isToken(tree: ParseTree): tree is TokenTree {
  return 'symbol' in tree;
}

function rule(tree: ParseTree): RuleTree {
  return tree as unknown as RuleTree;
}

/** `x AND y` and `x OR y`. */
function isLogical(children: readonly ParseTree[]): boolean {
  const operator = children.length === 3 ? children[1] : undefined;
  return operator !== undefined && isToken(operator) && /^(AND|OR)$/i.test(operator.getText());
}
