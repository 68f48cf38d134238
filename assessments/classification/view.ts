import type { Table, ViewRepresentation } from '@aws-sdk/client-glue';
import type { View } from '../assessment.js';
import { isTrue, textOrNull } from './parameters.js';

const prestoText = /^\s*\/\*\s*Presto (?:Materialized )?View:\s*([A-Za-z0-9+/=\s]*?)\s*\*\//;

/** Which engine wrote a view, and what shows it; `undefined` for a table. */
export function viewDialect(table: Table): { readonly name: View['dialect']; readonly evidence: string } | undefined {
  const definition = definitionFor(table);
  if (definition !== undefined) return definition;
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
  return { name: 'hive', evidence: `TableType ${table.TableType ?? 'VIRTUAL_VIEW'}` };
}

/** The view's statement. Presto and Athena keep it as base64 of a JSON document inside a comment. */
export function readView(table: Table, dialect: View['dialect']): View {
  const plain = textOrNull(representationFor(table)?.ViewOriginalText) ?? textOrNull(table.ViewOriginalText);
  if (dialect !== 'presto') return { dialect, sql: plain, catalog: null, schema: null };
  const encoded = prestoText.exec(plain ?? '')?.[1];
  if (encoded === undefined) return { dialect, sql: plain, catalog: null, schema: null };
  const decoded = decode(encoded);
  return {
    dialect,
    sql: text(decoded['originalSql']),
    catalog: text(decoded['catalog']),
    schema: text(decoded['schema']),
  };
}

/** What a person must know of a Data Catalog view (a multi-dialect view). Each is a sentence. */
export function definitionNotes(table: Table): readonly string[] {
  const { ViewDefinition: definition } = table;
  const subObjects = definition?.SubObjects ?? [];
  const dialects = (definition?.Representations ?? []).flatMap(({ Dialect }) => Dialect ?? []);
  const representation = representationFor(table);
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

/** Of a Data Catalog view: Athena’s statement, which is closest to Trino’s; otherwise the first. */
function representationFor({ ViewDefinition: definition }: Table): ViewRepresentation | undefined {
  const all = definition?.Representations ?? [];
  return all.find(({ Dialect }) => Dialect === 'ATHENA') ?? all[0];
}

function definitionFor(table: Table): ReturnType<typeof viewDialect> {
  const dialect = representationFor(table)?.Dialect;
  if (dialect === 'ATHENA') return { name: 'presto', evidence: 'view definition in the dialect ATHENA' };
  if (dialect === 'SPARK') return { name: 'spark', evidence: 'view definition in the dialect SPARK' };
  return undefined;
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
