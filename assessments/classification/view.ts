import type { Table, ViewRepresentation } from '@aws-sdk/client-glue';
import type { Column, View } from '../assessment.js';
import { isTrue, textOrNull } from './parameters.js';

const prestoText = /^\s*\/\*\s*Presto (Materialized View|View):((?:[^*]|\*(?!\/))*)\*\//;

/** Which engine wrote a view, and what shows it; `undefined` for a table. */
export function viewDialect(table: Table): { readonly name: View['dialect']; readonly evidence: string } | undefined {
  const text = table.ViewOriginalText ?? '';
  if (prestoText.test(text)) return { name: 'presto', evidence: 'ViewOriginalText /* Presto View */' };
  const parameters = table.Parameters ?? {};
  if (isTrue(parameters['presto_view'])) return { name: 'presto', evidence: 'parameter presto_view=true' };
  const isView = table.TableType === 'VIRTUAL_VIEW' || table.IsMultiDialectView === true;
  if (Object.keys(parameters).some((key) => key.startsWith('view.')) && (isView || text !== '')) {
    return { name: 'spark', evidence: 'parameters view.*' };
  }
  if (!isView) return undefined;
  if ('spark.sql.create.version' in parameters)
    return { name: 'spark', evidence: 'TableType VIRTUAL_VIEW and parameter spark.sql.create.version' };
  const dialect = representationOf(table)?.Dialect;
  if (dialect === 'ATHENA' || dialect === 'SPARK') {
    return { name: dialect === 'ATHENA' ? 'presto' : 'spark', evidence: `view definition in the dialect ${dialect}` };
  }
  return { name: 'hive', evidence: `TableType ${table.TableType ?? 'VIRTUAL_VIEW'}` };
}

/** The view's statement. Presto, Trino and Athena keep it as base64 of a JSON document inside a comment. */
export function readView(table: Table, dialect: View['dialect']): View {
  const plain = textOrNull(table.ViewOriginalText) ?? textOrNull(representationOf(table)?.ViewOriginalText);
  const security = isDefiners(table) ? ({ runsAs: 'definer' } as const) : {};
  const [, kind, encoded] = (dialect === 'presto' ? prestoText.exec(plain ?? '') : null) ?? [];
  if (encoded === undefined) return { dialect, sql: plain, catalog: null, schema: null, ...security };
  const decoded = decode(encoded);
  const columns = columnsOf(decoded['columns']);
  const comment = text(decoded['comment']);
  // Trino's own views are DEFINER unless they say otherwise; Athena ignores what the document says.
  const isTrinos = Object.keys(table.Parameters ?? {}).some((key) => key.startsWith('trino_'));
  return {
    dialect,
    sql: text(decoded['originalSql']),
    catalog: text(decoded['catalog']),
    schema: text(decoded['schema']),
    ...(columns.length > 0 && { columns }),
    ...(comment !== null && comment !== '' && { comment }),
    ...security,
    ...(isTrinos && decoded['runAsInvoker'] === false && { runsAs: 'definer' }),
    ...(kind?.startsWith('Materialized') === true && { isMaterialized: true }),
  };
}

/** Notes about a Data Catalog view (a multi-dialect view) that a person must know, each a sentence. */
export function definitionNotes(table: Table): readonly string[] {
  const { ViewDefinition: definition } = table;
  const subObjects = definition?.SubObjects ?? [];
  const dialects = (definition?.Representations ?? []).flatMap(({ Dialect }) => Dialect ?? []);
  const representation = representationOf(table);
  return [
    ...(definition?.IsProtected === true || textOrNull(definition?.Definer) !== null
      ? [
          `A view with definer security: in AWS it reads ${subObjects.length === 0 ? 'its tables' : subObjects.join(', ')} with the rights of ${definition?.Definer ?? 'its definer'}; decide with \`grants\` who may read it and its tables at the target.`,
        ]
      : []),
    ...(dialects.length > 0 && representation?.Dialect !== 'ATHENA'
      ? [`The view has no definition in the dialect ATHENA, only in ${dialects.join(', ')}.`]
      : []),
    ...(representation?.IsStale === true
      ? ['Glue calls the view’s statement stale: it no longer fits its tables.']
      : []),
    ...(table.IsMaterializedView === true
      ? ['A materialized view: Glue refreshes its rows; nothing does at the target.']
      : []),
  ];
}

/** A view with definitions for several engines: Athena's, which is in Trino's dialect, before all others. */
function representationOf(table: Table): ViewRepresentation | undefined {
  const all = table.ViewDefinition?.Representations ?? [];
  return all.find(({ Dialect }) => Dialect === 'ATHENA') ?? all[0];
}

function isDefiners({ ViewDefinition: definition }: Table): boolean {
  return definition?.Definer !== undefined && definition.Definer !== '';
}

function columnsOf(value: unknown): readonly Column[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((column: Readonly<Record<string, unknown>> | null): Column[] => {
    const [name, type, comment] = [text(column?.['name']), text(column?.['type']), text(column?.['comment'])];
    if (name === null || type === null) return [];
    return [{ name, type, ...(comment !== null && comment !== '' && { comment }) }];
  });
}

function decode(base64: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
