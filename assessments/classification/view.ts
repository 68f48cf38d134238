import type { Table } from '@aws-sdk/client-glue';
import type { View } from '../assessment.js';
import { isTrue, textOrNull } from './parameters.js';

const prestoText = /^\s*\/\*\s*Presto (?:Materialized )?View:\s*([A-Za-z0-9+/=\s]*?)\s*\*\//;

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
  const dialect = table.ViewDefinition?.Representations?.[0]?.Dialect;
  if (dialect === 'ATHENA' || dialect === 'SPARK') {
    return { name: dialect === 'ATHENA' ? 'presto' : 'spark', evidence: `view definition in the dialect ${dialect}` };
  }
  return { name: 'hive', evidence: `TableType ${table.TableType ?? 'VIRTUAL_VIEW'}` };
}

/** The view's statement. Presto and Athena keep it as base64 of a JSON document inside a comment. */
export function readView(table: Table, dialect: View['dialect']): View {
  const plain =
    textOrNull(table.ViewOriginalText) ?? textOrNull(table.ViewDefinition?.Representations?.[0]?.ViewOriginalText);
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
