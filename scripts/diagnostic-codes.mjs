// The diagnostic codes of the sources, each with its message and fix as templates: `docs/diagnostics.md`.
//
//   diagnostic-codes.mjs          prints the document
//   diagnostic-codes.mjs --write  writes it (`npm run docs:diagnostics`)
//
// A code is found where an object literal has `code` and `message`. A code that is a parameter there is looked up in the
// calls of the function, with its message and fix. Functions and files are not named here, so code may move.
// Each message stands with the fixes that it can have. ‹…› is a placeholder; ‹a / b› one of several texts; [a] a text that
// may be missing.
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');
const target = join(root, 'docs', 'diagnostics.md');

/** The commands that report the codes of a folder, in the order of a migration. */
const stages = {
  core: 'any command',
  clients: 'clients',
  papers: 'report, validate',
  assessments: 'assess',
  registration: 'plan, synth',
  mappings: 'mappings check, plan',
  constructs: 'synth',
  stacks: 'synth',
  'main.ts': 'synth',
  'test-env.ts': 'synth',
  openstack: 'infra',
  state: 'store',
  migration: 'migrate',
  validation: 'validate, verify',
  waves: 'waves',
  monitoring: 'monitoring',
  cli: 'command line',
  environments: 'environments',
};

const isCode = (text) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text);
const maxChoices = 40;

const program = createProgram();
const checker = program.getTypeChecker();
const sources = program
  .getSourceFiles()
  .filter(({ fileName, isDeclarationFile }) => !isDeclarationFile && stageOf(fileName) !== undefined);
const calls = callsByName();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = renderDocument(collectCodes());
  if (process.argv[2] === '--write') writeFileSync(target, document);
  else process.stdout.write(document);
}

function createProgram() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const include = Object.keys(stages).filter((name) => existsSync(join(root, name)));
  const { fileNames, options } = ts.parseJsonConfigFileContent({ ...config, include }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  // Only the project's own files have codes, and packages would take most of the time.
  host.resolveModuleNameLiterals = (literals, containingFile) =>
    literals.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, containingFile, options, host) : { resolvedModule: undefined },
    );
  return ts.createProgram(fileNames, { ...options, types: [] }, host);
}

function stageOf(fileName) {
  return stages[relative(root, fileName).split('/')[0]];
}

/** Every code with its stages, severities, and the fixes of each message, sorted by code. */
function collectCodes() {
  const found = new Map();
  for (const source of sources) {
    walk(source, (node) => {
      for (const site of sitesAt(node)) {
        const entry = found.get(site.code) ?? { stages: new Set(), severities: new Set(), messages: new Map() };
        found.set(site.code, entry);
        entry.stages.add(stageOf(site.file));
        for (const severity of site.severities) entry.severities.add(severity);
        for (const [message, fixes] of site.messages)
          entry.messages.set(message, new Set([...(entry.messages.get(message) ?? []), ...fixes]));
      }
    });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

function sitesAt(node) {
  if (ts.isObjectLiteralExpression(node)) {
    const scope = scopeOf(node);
    return [{ node, scope }, ...spreadInto(node, scope)].flatMap((whole) => {
      const part = (name) => partOf(node, name) ?? partOf(whole.node, name);
      const parts = { code: part('code'), message: part('message'), fix: part('fix'), severity: part('severity') };
      if (parts.code === undefined || parts.message === undefined) return [];
      return expand(parts, whole.scope, node.getSourceFile().fileName, 0);
    });
  }
  // A function that is passed as a parameter has no body here; its parameter names identify the parts.
  if (ts.isCallExpression(node) && node.arguments.some((each) => ts.isStringLiteralLike(each) && isCode(each.text))) {
    const { declaration } = checker.getResolvedSignature(node) ?? {};
    if (declaration === undefined || !ts.isFunctionTypeNode(declaration)) return [];
    const argument = (name) => {
      const at = declaration.parameters.findIndex((parameter) => parameter.name.getText() === name);
      return at === -1 ? undefined : node.arguments[at];
    };
    const parts = { code: argument('code'), message: argument('message'), fix: argument('fix') };
    if (parts.code === undefined || parts.message === undefined) return [];
    return expand({ ...parts, severity: argument('severity') }, scopeOf(node), node.getSourceFile().fileName, 0);
  }
  return [];
}

/** What `{ ...rule, fix }` takes over, where it has a message or a fix of its own. */
function spreadInto(node, scope) {
  if (partOf(node, 'message') === undefined && partOf(node, 'fix') === undefined) return [];
  return node.properties
    .filter((property) => ts.isSpreadAssignment(property))
    .flatMap(({ expression }) => forms(expression, scope))
    .filter((form) => ts.isObjectLiteralExpression(form.node));
}

/** One site for each code that the parts can have, looked up through the callers of the enclosing function. */
function expand(parts, scope, file, depth) {
  const codes = codesOf(parts, scope);
  const known = codes.filter(({ text }) => isCode(text));
  const isOpen =
    known.length === 0 ||
    [parts.message, parts.fix].some((part) => part && isFreeParameter(part, scope)) ||
    isCompletedByCallers(parts.message, scope);
  const callers = isOpen && depth < 5 ? callersOf(scope) : [];
  const fromCallers = callers.flatMap((call) => {
    const inner = { ...argumentsOf(call, scope), choices: scope.choices };
    return expand(parts, inner, call.getSourceFile().fileName, depth + 1);
  });
  if (fromCallers.length > 0) return fromCallers;
  const named = known.length > 0 ? known : codes.filter(({ text }) => /^[a-z-]+-‹[a-z ]+›$/.test(text));
  return named.map(({ text, choices }) => siteOf(text, parts, { ...scope, choices }, file));
}

/** A parameter of an enclosing function whose value no call has given yet. */
function isFreeParameter(part, scope) {
  return forms(part, scope).some(({ node, scope: { bound } }) => {
    const declaration = ts.isIdentifier(node) ? declarationOf(node) : undefined;
    return declaration !== undefined && ts.isParameter(declaration) && !bound.has(declaration);
  });
}

/** Whether a call gives a phrase for a part of the message, such as 'cannot be read'. */
function isCompletedByCallers(message, scope) {
  const parameters = forms(message, scope)
    .flatMap(({ node }) => (ts.isTemplateExpression(node) ? [...node.templateSpans] : []))
    .flatMap(({ expression }) => (ts.isIdentifier(expression) ? (declarationOf(expression) ?? []) : []))
    .filter((declaration) => ts.isParameter(declaration) && !scope.bound.has(declaration));
  const isPhrase = (node) =>
    (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && /[a-z] [a-z]/.test(node.getText());
  if (parameters.length === 0) return false;
  return callersOf(scope).some((call) =>
    parameters.some((parameter) => {
      const given = call.arguments[parameter.parent.parameters.indexOf(parameter)];
      return given !== undefined && isPhrase(given);
    }),
  );
}

/** First the code alone; if it depends on a choice in the message, the code together with the message. */
function codesOf({ code, message }, scope) {
  const asCode = (inner) => texts(code, { ...inner, isCode: true });
  const alone = asCode(scope);
  if (alone.some(({ text }) => isCode(text))) return alone;
  const looked = texts(message, scope).flatMap(({ choices }) => asCode({ ...scope, choices }));
  return [...alone, ...looked];
}

function siteOf(code, { message, fix, severity }, scope, file) {
  const all = (part, choices = scope.choices) => (part === undefined ? [] : texts(part, { ...scope, choices }));
  const severities = all(severity)
    .map(({ text }) => text)
    .filter((text) => ['error', 'warning', 'info'].includes(text));
  const messages = spokenOf(all(message)).map(({ text, choices }) => {
    const fixes = spokenOf(all(fix, choices)).map((each) => each.text);
    return [text, unique(fixes)];
  });
  return { code, file, severities: severities.length === 0 ? ['error'] : severities, messages };
}

/** Without those that are a placeholder alone, where others say more. */
function spokenOf(found) {
  const spoken = found.filter(({ text }) => !isPlaceholder(text));
  return spoken.length > 0 ? spoken : found;
}

// --- Where parameters get their values ---

/** `functions`: those that enclose the node, innermost first. `bound`: the arguments of their parameters. */
function scopeOf(node) {
  const functions = [];
  for (let each = node.parent; each !== undefined; each = each.parent)
    if (ts.isFunctionLike(each)) functions.push(each);
  return { functions, bound: new Map(), choices: new Map() };
}

function argumentsOf(call, scope) {
  const { declaration } = checker.getResolvedSignature(call);
  const own = scopeOf(call);
  const bound = new Map(scope.bound);
  declaration.parameters.forEach((parameter, at) => {
    const given = call.arguments?.[at];
    const value = given === undefined || given.getText() === 'undefined' ? parameter.initializer : given;
    if (ts.isIdentifier(parameter.name)) bound.set(parameter, value);
  });
  return { functions: own.functions, bound };
}

function callsByName() {
  const found = new Map();
  for (const source of sources) {
    walk(source, (node) => {
      if (!ts.isCallExpression(node)) return;
      const name = (node.expression.name ?? node.expression).getText();
      found.set(name, [...(found.get(name) ?? []), node]);
    });
  }
  return found;
}

/** The calls of the innermost function that encloses the site and is called by its name. */
function callersOf({ functions }) {
  for (const each of functions) {
    const name = (each.name ?? each.parent.name)?.getText();
    const found = (calls.get(name) ?? []).filter((call) => checker.getResolvedSignature(call)?.declaration === each);
    if (found.length > 0) return found;
  }
  return [];
}

// --- What an expression can be: its plain forms, with the choices that lead to each ---

function forms(node, scope, depth = 0) {
  const own = [{ node, scope }];
  if (depth > 12) return own;
  const go = (next, inner = scope) => forms(next, inner, depth + 1);
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node)
  )
    return go(node.expression);
  if (ts.isConditionalExpression(node)) return branches(node, scope).flatMap(([next, inner]) => go(next, inner));
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...go(node.left), ...go(node.right)];
  if (ts.isIdentifier(node)) return identifierForms(node, scope, go) ?? own;
  if (ts.isPropertyAccessExpression(node)) {
    const parts = go(node.expression).map((form) => [form, partOf(form.node, node.name.text)]);
    if (parts.every(([, part]) => part !== undefined)) return parts.flatMap(([form, part]) => go(part, form.scope));
    return own;
  }
  if (ts.isElementAccessExpression(node)) return elementForms(node, go) ?? own;
  if (ts.isCallExpression(node)) return callForms(node, scope, go) ?? own;
  return own;
}

/** The possible branches; the same condition has the same answer throughout one site. */
function branches({ condition, whenTrue, whenFalse }, scope) {
  const question = plain(condition);
  const answer = scope.choices.get(question) ?? answerOf(condition, scope);
  const choose = (value) => ({ ...scope, choices: new Map(scope.choices).set(question, value) });
  if (answer !== undefined) return [[answer ? whenTrue : whenFalse, scope]];
  return [
    [whenTrue, choose(true)],
    [whenFalse, choose(false)],
  ];
}

/** `/pattern/.test(text)` of a text that is known. */
function answerOf(condition, scope) {
  if (!ts.isCallExpression(condition) || !ts.isPropertyAccessExpression(condition.expression)) return undefined;
  const { expression: pattern, name } = condition.expression;
  const [argument] = condition.arguments;
  if (!ts.isRegularExpressionLiteral(pattern) || name.text !== 'test' || argument === undefined) return undefined;
  const [form, ...others] = forms(argument, scope);
  if (others.length > 0 || !ts.isStringLiteralLike(form.node)) return undefined;
  const [, body, flags] = /^\/(.*)\/(\w*)$/s.exec(pattern.text);
  return new RegExp(body, flags).test(form.node.text);
}

function identifierForms(node, scope, go) {
  const chosen = scope.choices.get(node.text);
  if (typeof chosen === 'string') return [{ node: ts.factory.createStringLiteral(chosen), scope }];
  const declaration = declarationOf(node);
  if (declaration === undefined) return undefined;
  if (ts.isParameter(declaration)) {
    const value = scope.bound.get(declaration);
    if (value !== undefined) return go(value);
    return elementsGiven(declaration, scope) ?? unionForms(node, scope);
  }
  if (ts.isFunctionDeclaration(declaration)) return [{ node: declaration, scope }];
  if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined && isConst(declaration))
    return go(declaration.initializer);
  if (ts.isBindingElement(declaration)) {
    const { initializer } = declaration;
    const known = bindingForms(declaration, scope, go) ?? unionForms(node, scope);
    // Its value, or in place of that the text of the default.
    return known ?? (initializer && [{ node, scope }, ...go(initializer)]);
  }
  return undefined;
}

function bindingForms(element, scope, go) {
  const variable = element.parent.parent;
  if (!ts.isVariableDeclaration(variable) && !ts.isParameter(variable)) return undefined;
  const wholes = ts.isParameter(variable)
    ? (elementsGiven(variable, scope) ?? [])
    : variable.initializer && go(variable.initializer);
  if (wholes === undefined || wholes.length === 0) return undefined;
  const parts = wholes.map((form) => {
    if (ts.isArrayBindingPattern(element.parent) && ts.isArrayLiteralExpression(form.node))
      return [form, form.node.elements[element.parent.elements.indexOf(element)]];
    return [form, partOf(form.node, (element.propertyName ?? element.name).getText())];
  });
  if (parts.some(([, part]) => part === undefined)) return undefined;
  return parts.flatMap(([form, part]) => go(part, form.scope));
}

/** For the parameter of `list.map(...)`: the elements of the list; one site uses the same element throughout. */
function elementsGiven(parameter, scope) {
  const callback = parameter.parent;
  const call = callback.parent;
  if (callback.parameters[0] !== parameter || !ts.isCallExpression(call) || call.arguments[0] !== callback)
    return undefined;
  if (!ts.isPropertyAccessExpression(call.expression) || !/^(map|flatMap)$/.test(call.expression.name.text))
    return undefined;
  const found = elementsOf(call.expression.expression, scope, 0);
  const key = `element ${parameter.getSourceFile().fileName}:${parameter.pos}`;
  const tagged = found.map((form, at) => ({
    node: form.node,
    scope: { ...form.scope, choices: new Map([...scope.choices, ...form.scope.choices, [key, at]]) },
  }));
  const chosen = scope.choices.get(key);
  if (tagged.length === 0) return undefined;
  return chosen === undefined ? tagged : [tagged[chosen]];
}

/** The plain forms of a list's elements, as far as the sources show them. */
function elementsOf(list, scope, depth) {
  if (depth > 6) return [];
  const within = (node, inner) => elementsOf(node, inner, depth + 1);
  return forms(list, scope)
    .flatMap(({ node, scope: inner }) => {
      if (ts.isArrayLiteralExpression(node))
        return node.elements.flatMap((each) =>
          ts.isSpreadElement(each) ? within(each.expression, inner) : forms(each, inner),
        );
      if (!ts.isCallExpression(node)) return [];
      if (!ts.isPropertyAccessExpression(node.expression)) {
        const functions = forms(node.expression, inner).filter((form) => ts.isFunctionLike(form.node));
        return functions.flatMap((form) => returnsOf(form.node).flatMap((value) => within(value, form.scope)));
      }
      const { expression, name } = node.expression;
      const [callback] = node.arguments;
      if (name.text === 'flatMap' && isFunction(callback))
        return returnsOf(callback).flatMap((value) => within(value, inner));
      if (name.text === 'map' && isFunction(callback))
        return returnsOf(callback).flatMap((value) => forms(value, inner));
      return /^(filter|slice|toSorted)$/.test(name.text) ? within(expression, inner) : [];
    })
    .filter(({ node }) => ts.isObjectLiteralExpression(node));
}

/** `table[key]`: the element of that key, or each with its key as the choice. */
function elementForms(node, go) {
  const key = node.argumentExpression;
  const found = go(node.expression).flatMap((form) => {
    if (!ts.isObjectLiteralExpression(form.node)) return [undefined];
    const chosen = form.scope.choices.get(plain(key));
    const exact = ts.isStringLiteralLike(key) ? key.text : chosen;
    return form.node.properties
      .filter(
        (property) =>
          (ts.isPropertyAssignment(property) && [undefined, nameOf(property)].includes(exact ?? undefined)) ||
          nameOf(property) === exact,
      )
      .flatMap((property) => {
        const choices = new Map(form.scope.choices).set(plain(key), nameOf(property));
        return go(property.initializer, { ...form.scope, choices });
      });
  });
  return found.length === 0 || found.includes(undefined) ? undefined : found;
}

/** The return values of a function of the project. */
function callForms(node, scope, go) {
  const callee = node.expression;
  if (ts.isPropertyAccessExpression(callee) && callee.name.text === 'toLowerCase') {
    const inner = go(callee.expression);
    if (!inner.every(({ node: form }) => ts.isStringLiteralLike(form))) return undefined;
    return inner.map((form) => ({ ...form, node: ts.factory.createStringLiteral(form.node.text.toLowerCase()) }));
  }
  const functions = go(callee).filter(({ node: form }) => ts.isFunctionLike(form) && form.body !== undefined);
  if (functions.length === 0 || functions.some(({ node: form }) => sources.indexOf(form.getSourceFile()) === -1))
    return undefined;
  const returned = functions.flatMap((form) => {
    const bound = new Map(form.scope.bound);
    form.node.parameters.forEach((parameter, at) => {
      const value = node.arguments[at] ?? parameter.initializer;
      if (ts.isIdentifier(parameter.name) && value !== undefined && plain(value) !== parameter.name.text)
        bound.set(parameter, value);
    });
    return returnsOf(form.node).flatMap((value) => go(value, { ...form.scope, bound }));
  });
  const isNothing = ({ node: form }) => ts.isIdentifier(form) && form.text === 'undefined';
  const spoken = returned.filter((form) => !isNothing(form));
  return spoken.length > 0 && spoken.every(({ node: form }) => isSpeaking(form)) ? spoken : undefined;
}

/** Whether people can read it better than the expression that it comes from. */
function isSpeaking(node) {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    isConcatenation(node)
  );
}

function isConcatenation(node) {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  return (checker.getTypeAtLocation(node).flags & ts.TypeFlags.StringLike) !== 0;
}

/** For a code: each literal of a union type. */
function unionForms(node, scope) {
  if (scope.isCode !== true) return undefined;
  const key = plain(node);
  const type = checker.getTypeAtLocation(node);
  const literals = type.isUnion() ? type.types : [type];
  if (!literals.every((each) => each.isStringLiteral())) return undefined;
  return literals.map(({ value }) => ({
    node: ts.factory.createStringLiteral(value),
    scope: { ...scope, choices: new Map(scope.choices).set(key, value) },
  }));
}

// --- Forms as text ---

/** `[{ text, choices }]`: the text that people read, with `‹…›` for placeholders. */
function texts(node, scope) {
  return forms(node, scope)
    .flatMap((form) => formTexts(form))
    .slice(0, maxChoices);
}

function formTexts({ node, scope }) {
  const done = (text) => [{ text, choices: scope.choices }];
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return done(node.text);
  if (node.kind === ts.SyntaxKind.UndefinedKeyword || (ts.isIdentifier(node) && node.text === 'undefined')) return [];
  if (ts.isFunctionLike(node)) return returnsOf(node).flatMap((value) => texts(value, scope));
  if (ts.isTemplateExpression(node))
    return joined(
      [node.head.text, ...node.templateSpans.flatMap(({ expression, literal }) => [expression, literal.text])],
      scope,
    );
  if (isConcatenation(node)) return joined([node.left, node.right], scope);
  return done(placeholder(node, scope));
}

/** Texts and expressions in a row. */
function joined(parts, scope) {
  let rows = [{ text: '', choices: scope.choices }];
  // The first letter of a name, and the rest of it, are the name.
  const append = (text, next) => (isPlaceholder(next) && text.endsWith(next) ? text : text + next);
  for (const part of parts) {
    rows = rows.flatMap(({ text, choices }) => {
      if (typeof part === 'string') return [{ text: text + part, choices }];
      return insertions(part, { ...scope, choices }).map((next) => ({
        text: append(text, next.text),
        choices: next.choices,
      }));
    });
  }
  return rows.slice(0, maxChoices);
}

/** The texts that a template's expression can have, if they are few and known, or a placeholder. */
function insertions(node, scope) {
  const union = ts.isPropertyAccessExpression(node) || ts.isIdentifier(node) ? choiceOf(node, scope) : undefined;
  if (union !== undefined) return union;
  const all = unique(texts(firstOf(node), scope).map(({ text }) => text));
  const filled = all.filter((text) => text !== '');
  // Of several expressions without words of their own, the first says enough.
  const found = filled.every(isPlaceholder) ? filled.slice(0, 1) : filled;
  const done = (text) => [{ text, choices: scope.choices }];
  if (found.length === 0 || found.length > 3) return done(all.length === 1 ? '' : placeholder(node, scope));
  if (found.length === 2 && found.includes('.'))
    return done(`[${found.find((text) => text !== '.').replace(/\.$/, '')}].`);
  if (found.length === 1 && isPlaceholder(found[0])) return done(found[0]);
  const isOptional = all.includes('');
  if (found.length === 1) return done(isOptional ? `[${found[0]}]` : found[0]);
  const choice = found
    .map((text) =>
      text
        .replaceAll(/\[[^\]]*\]/g, '')
        .replaceAll(/[‹›]/g, '')
        .trim(),
    )
    .join(' / ');
  return done(isOptional ? `[ ‹${choice}›]` : `‹${choice}›`);
}

function isPlaceholder(text) {
  return /^‹[^‹›]*›$/.test(text);
}

function firstOf(node) {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken
    ? node.left
    : node;
}

function choiceOf(node, scope) {
  const chosen = scope.choices.get(plain(node));
  if (typeof chosen === 'string') return [{ text: chosen, choices: scope.choices }];
  const union = unionForms(node, scope);
  return union?.map((form) => ({ text: form.node.text, choices: form.scope.choices }));
}

/** `‹table name›` for `table.name`: the words of the expression. */
function placeholder(node, scope) {
  return `‹${wordsOf(node, scope)}›`;
}

function wordsOf(node, scope) {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isAwaitExpression(node)
  )
    return wordsOf(node.expression, scope);
  if (ts.isIdentifier(node)) {
    const declaration = declarationOf(node);
    const given = declaration && scope.bound.get(declaration);
    return given !== undefined && !ts.isFunctionLike(given) && given.getText() !== node.text
      ? wordsOf(given, scope)
      : split(node.text);
  }
  if (ts.isPropertyAccessExpression(node)) {
    const own = split(node.name.text);
    if (own === 'length' || own === 'size') return `number of ${wordsOf(node.expression, scope)}`;
    const isVague = /^(name|value|key|id|text|path|kind|type)$/.test(own);
    return isVague && !ts.isCallExpression(node.expression)
      ? unique([...wordsOf(node.expression, scope).split(' '), own]).join(' ')
      : own;
  }
  if (ts.isElementAccessExpression(node)) return wordsOf(node.expression, scope);
  if (ts.isCallExpression(node)) {
    if (
      node.arguments.length > 0 &&
      !ts.isPropertyAccessExpression(node.expression) &&
      !isFunction(node.arguments[0])
    ) {
      const words = wordsOf(node.arguments[0], scope);
      return /^(props|plan|target|this|…)$/.test(words) ? split(node.expression.getText()) : words;
    }
    if (ts.isPropertyAccessExpression(node.expression)) {
      const { expression, name } = node.expression;
      if (expression.getText() === 'Math') return wordsOf(node.arguments[0], scope);
      const isPlain =
        /^(join|map|filter|slice|sort|flatMap|at|charAt|trim|replaceAll|replace|keys|values|entries|stringify|find|flat|split|exec|match|get|to[A-Z]\w*)$/.test(
          name.text,
        );
      if (!isPlain) return split(name.text);
      if (/^(Object|JSON)$/.test(expression.getText())) return wordsOf(node.arguments[0], scope);
      return wordsOf(expression, scope);
    }
    return wordsOf(node.expression, scope);
  }
  if (ts.isTypeOfExpression(node)) return 'type';
  if (ts.isBinaryExpression(node)) return wordsOf(node.left, scope);
  if (ts.isConditionalExpression(node)) return wordsOf(node.whenTrue, scope);
  if (ts.isArrayLiteralExpression(node) || ts.isSpreadElement(node))
    return wordsOf(node.expression ?? node.elements[0] ?? node, scope);
  if (ts.isNewExpression(node) && node.arguments?.[0] !== undefined) return wordsOf(node.arguments[0], scope);
  return '…';
}

// --- Small questions about nodes ---

function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function partOf(node, name) {
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const property = node.properties.find((each) => nameOf(each) === name);
  if (property === undefined) return undefined;
  if (ts.isShorthandPropertyAssignment(property)) return property.name;
  return ts.isPropertyAssignment(property) ? property.initializer : property;
}

function nameOf({ name }) {
  return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : undefined;
}

function declarationOf(identifier) {
  let symbol = ts.isShorthandPropertyAssignment(identifier.parent ?? identifier)
    ? checker.getShorthandAssignmentValueSymbol(identifier.parent)
    : checker.getSymbolAtLocation(identifier);
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol?.valueDeclaration;
}

function isConst({ parent }) {
  return ts.isVariableDeclarationList(parent) && (parent.flags & ts.NodeFlags.Const) !== 0;
}

function isFunction(node) {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The expressions that a function returns, without those of functions inside it. */
function returnsOf({ body }) {
  if (body === undefined) return [];
  if (!ts.isBlock(body)) return [body];
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

function plain(node) {
  return node.getText().replaceAll(/\s+/g, ' ');
}

function split(name) {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

function unique(items) {
  return [...new Set(items)];
}

// --- The document ---

function renderDocument(codes) {
  const letters = unique(codes.map(([code]) => code[0].toUpperCase()));
  const section = (letter) =>
    [`## ${letter}`, ...codes.filter(([code]) => code[0].toUpperCase() === letter).map(renderCode)].join('\n\n');
  return `<!-- Generated from the sources by \`npm run docs:diagnostics\`; do not edit. -->

# Diagnostic codes

A failure, a warning or a finding that a command expects has a code, which is printed in brackets after its message. Each code below stands with the commands that report it and its severity; then come its messages, each with what to do about it. Where one code has several messages, look for yours; where one message has several fixes, the one that is printed depends on the cause.

In messages and fixes, ‹words› stand for a name, a number or a text of your case, ‹a / b› for one of several texts, and [words] are printed only in some cases.

A mistyped command line has no code: an unknown command or option, a missing argument or a wrong value is told in one line that begins with \`error:\`, and the command exits with 2. \`aws2openstack COMMAND --help\` lists what it takes.

${letters.map((letter) => `[${letter}](#${letter.toLowerCase()})`).join(' · ')}

${letters.map(section).join('\n\n')}
`;
}

function renderCode([code, { stages: from, severities, messages }]) {
  // The most telling ones: not a placeholder alone, and not a part that another place completes with a fix.
  const shown = [([message]) => message !== '‹message›', ([, fixes]) => fixes.size > 0]
    .reduce(
      preferred,
      [...messages].filter(([message]) => message !== ''),
    )
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const items = shown.map(([message, fixes]) => {
    const own = [...fixes].filter((fix) => fix !== '');
    const clear = own.filter((fix) => fix !== '‹fix›');
    return [
      `- ${escaped(message)}`,
      ...(clear.length > 0 ? clear : own).sort().map((fix) => `  - Fix: ${escaped(fix)}`),
    ];
  });
  return `### ${code}

${[...severities].sort().join(' or ')} · ${[...from].sort().join(', ')}

${items.flat().join('\n')}`;
}

function preferred(list, isBetter) {
  const better = list.filter(isBetter);
  return better.length > 0 ? better : list;
}

/** Text inside a list of Markdown. */
function escaped(text) {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('*', '\\*')
    .trim();
}
