import { printable } from '../../core/diagnostic.js';
import { describeGrant } from '../../mappings/diff-plans.js';
import type { Explanation, ValidationSettings } from '../../mappings/index.js';
import type { SizeFigure, SizeInput } from '../../mappings/size-lakehouse.js';

/** For people. */
export function describeExplanations(explanations: readonly Explanation[]): string {
  return explanations.map(describeExplanation).join('\n');
}

/** For people. */
export function describeSizing(figures: readonly SizeFigure[]): string {
  return figures.map(describeFigure).join('\n');
}

function describeExplanation({ key, outcome, what, remarks, table, tried }: Explanation): string {
  return [
    `${key} is ${outcome}: ${what}`,
    ...remarks.flatMap(({ text, source, fix }) => [
      `  remark: ${text} (${source})`,
      ...(fix === null ? [] : [`    fix: ${fix}`]),
    ]),
    ...(table === undefined ? [] : describeTable(table)),
    '  rules in the order they were tried:',
    ...tried.flatMap(({ name, origin, matched, because }) => [
      `    ${matched ? 'matched' : 'no     '}  ${name} (${origin.file}:${origin.line})`,
      ...because.map((reason) => `               ${reason}`),
    ]),
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}

function describeTable({
  helpers,
  copiedBy,
  validate,
  reads,
  grants,
  statements,
  load,
  cleanup,
}: NonNullable<Explanation['table']>): string[] {
  const sql = (title: string, list: readonly string[]): string[] =>
    list.length === 0
      ? []
      : [`  ${title}:`, ...list.flatMap((one) => `${one};`.split('\n').map((line) => `    ${line}`))];
  return [
    ...(copiedBy === null ? [] : [`  copied by ${copiedBy.engine}: ${copiedBy.because}`]),
    ...(validate === undefined ? [] : describeValidation(validate)),
    '  who may read it (the first that matches a user decides):',
    '    admin and target.access.admins: everything',
    ...grants.map(
      (grant) =>
        `    ${grant.privileges.length === 0 ? 'refused' : 'granted'}  ${describeGrant(grant)} ['${grant.name}', ${grant.origin.file}:${grant.origin.line}]`,
    ),
    ...(grants.some(({ to }) => to.users.includes('*')) ? [] : ['    refused  everybody else']),
    ...(reads.length === 0 ? [] : [`  its readers also need a grant on what it reads: ${reads.join(', ')}`]),
    ...helpers.map(
      ({ catalog, schema, table, purpose }) =>
        `  helper table (only administrators reach it): ${catalog}.${schema}.${table} (${purpose === 'raw' ? 'the text behind the typed view' : 'staging; dropped after the load is validated'})`,
    ),
    ...sql('registered by', statements),
    ...sql('filled by', load),
    ...sql('dropped after the load is validated, by', cleanup),
  ];
}

function describeValidation({
  checks,
  columns = {},
  equality = {},
  sampleRows,
  rowCountTolerance,
}: ValidationSettings) {
  const uses = { only: 'columns compared', exclude: 'columns not compared', mask: 'columns masked', key: 'key' };
  const equal = [...Object.entries(equality.types ?? {}), ...Object.entries(equality.columns ?? {})].map(
    ([name, rules]) =>
      `${name}: ${Object.entries(rules)
        .map((rule) => rule.join(' '))
        .join(', ')}`,
  );
  const lines = {
    checks: checks?.join(', '),
    ...Object.fromEntries(
      Object.entries(uses).map(([use, title]) => [title, columns[use as keyof typeof uses]?.join(', ')]),
    ),
    equality: equal.length === 0 ? undefined : equal.join('; '),
    'rows sampled': sampleRows?.toString(),
    'row count tolerance': rowCountTolerance?.toString(),
  };
  const given = Object.entries(lines).flatMap(([title, text]) => (text === undefined ? [] : [`    ${title}: ${text}`]));
  return ['  validated by its rule:', ...given];
}

function describeFigure({ name, value, unit, because, confidence, inputs, override }: SizeFigure): string {
  return [
    `${name} = ${value} ${unit}: ${because} (confidence: ${confidence})`,
    ...inputs.map(describeInput),
    `  override: ${override}`,
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}

function describeInput({ name, value, unit, source, confidence }: SizeInput): string {
  return `  from ${name}: ${value === null ? 'unknown' : `${value} ${unit}`.trim()} (${source}; confidence: ${confidence})`;
}
