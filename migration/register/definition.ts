import { sha256 } from '../../core/canonical-json.js';
import { diagnostic } from '../../core/diagnostic.js';
import { inPlaceCatalog, isHelperSchema } from '../../core/helper-tables.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { identifier, literal, qualifiedName } from '../../core/sql-text.js';
import type { EntryWork } from './entry-work.js';
import { jobOf, shortened, statementFailure } from './failure.js';
import type { EntryFailure } from './failure.js';
import type { RelationName, Statement, TableStatement } from './statement.js';

type RelationStatement = TableStatement | Extract<Statement, { readonly kind: 'view' }>;

/** Trino's definition of a table or view, without its name and without what the catalog chose. */
type Definition = readonly string[];

/** Schemas of this kind are kept for helper tables (`core/helper-tables.ts`), so nobody else has tables in them. */
const twinSchemaPrefix = 'a2o_staging_twin_';

/**
 * Creates a table or view where it is missing. What is there already is compared with what Trino would create now: the
 * same statement is run for a twin in its own schema, and both are shown. So no list of types, properties and
 * defaults has to follow Trino's versions.
 */
export async function ensureRelation(
  work: EntryWork,
  statement: RelationStatement,
): Promise<Result<void, EntryFailure>> {
  const name = qualifiedName(...statement.name);
  const shown = await show(work, statement.kind, statement.name);
  if (!shown.ok) return shown;
  if (shown.value === undefined) return await create(work, statement);
  const known = work.progress.definitions[name];
  const isKnown = known === fingerprint(shown.value);
  if (isKnown && work.wasBegun) return ok(undefined);
  const wanted = await definitionOfTwin(work, statement);
  if (!wanted.ok) return wanted;
  if (fingerprint(wanted.value) === fingerprint(shown.value)) return await remember(work, name, shown.value);
  // A view that is as the registrar left it holds nothing that is not in the manifest.
  if (statement.kind === 'view' && isKnown) return await create(work, statement);
  return fail({ kind: 'block', diagnostic: differs(work.key, statement, shown.value, wanted.value) });
}

/** Whether the relation is there as the registrar left it. */
export async function isAsLeft(
  work: EntryWork,
  statement: RelationStatement,
): Promise<Result<'unchanged' | 'changed' | 'missing', EntryFailure>> {
  const shown = await show(work, statement.kind, statement.name);
  if (!shown.ok) return shown;
  if (shown.value === undefined) return ok('missing');
  const known = work.progress.definitions[qualifiedName(...statement.name)];
  return ok(known === fingerprint(shown.value) ? 'unchanged' : 'changed');
}

async function create(work: EntryWork, statement: RelationStatement): Promise<Result<void, EntryFailure>> {
  // What an earlier attempt put into a table of this name is gone with it.
  if (statement.kind === 'table')
    await work.saveProgress(statement.location === null ? { load: null } : { partitions: null });
  const created = await work.query(statement.sql);
  if (!created.ok) return created;
  work.hasEffect = true;
  const shown = await show(work, statement.kind, statement.name);
  if (!shown.ok) return shown;
  return await remember(work, qualifiedName(...statement.name), shown.value ?? []);
}

async function remember(work: EntryWork, name: string, shown: Definition): Promise<Result<void, EntryFailure>> {
  await work.saveProgress({ definitions: { ...work.progress.definitions, [name]: fingerprint(shown) } });
  return ok(undefined);
}

/** `undefined` where nothing has the name. Of something of another kind, only its name. */
async function show(
  work: EntryWork,
  kind: RelationStatement['kind'],
  name: RelationName,
): Promise<Result<Definition | undefined, EntryFailure>> {
  const sql = `SHOW CREATE ${kind.toUpperCase()} ${qualifiedName(...name)}`;
  const answer = await work.ask(sql);
  if (answer.ok) return ok(definitionOf(String(answer.value.rows[0]?.[0])));
  const trino = answer.error[0]?.trino;
  if (trino?.errorName === 'TABLE_NOT_FOUND' || trino?.errorName === 'SCHEMA_NOT_FOUND') return ok(undefined);
  const isOther =
    (trino?.errorName === 'NOT_SUPPORTED' && /^(line \d+:\d+: )?Relation /.test(trino.message)) ||
    trino?.errorName === 'UNSUPPORTED_TABLE_TYPE';
  return isOther ? ok([trino.message]) : fail(statementFailure(work.key, sql, answer.error));
}

const quoted = '"(?:[^"]|"")*"';
const head = new RegExp(`^CREATE (?:TABLE|VIEW) (?:(?:${quoted}|[^\\s."(]+)\\.?)+\\s*`);
/** Where the catalog placed a table that no location is given for, in its own folder. */
const placed = /^location = '.*'$/;

function definitionOf(shown: string): Definition {
  return shown
    .replace(head, '')
    .split('\n')
    .map((line) => line.trim().replace(/,$/, ''))
    .filter((line) => line !== '' && !placed.test(line));
}

async function definitionOfTwin(
  work: EntryWork,
  statement: RelationStatement,
): Promise<Result<Definition, EntryFailure>> {
  const [catalog] = statement.name;
  const schema = `${twinSchemaPrefix}${sha256(statement.name.join('\0')).slice(0, 16)}`;
  const twin: RelationName = [catalog, schema, 'twin'];
  const dropTwin = `DROP ${statement.kind.toUpperCase()} IF EXISTS ${qualifiedName(...twin)}`;
  const [start, rest] = splitAfterName(statement);
  // An earlier attempt may have left one.
  for (const sql of [`CREATE SCHEMA IF NOT EXISTS ${qualifiedName(catalog, schema)}`, dropTwin]) {
    const made = await work.query(sql);
    if (!made.ok) return made;
  }
  const created = await work.query(`${start}${qualifiedName(...twin)}${rest}`);
  const shown = created.ok ? await show(work, statement.kind, twin) : created;
  for (const sql of [dropTwin, `DROP SCHEMA IF EXISTS ${qualifiedName(catalog, schema)}`]) {
    const dropped = await work.query(sql);
    if (!dropped.ok && shown.ok) return dropped;
  }
  return shown.ok ? ok(shown.value ?? []) : shown;
}

/** The statement before and after the name that it creates. */
function splitAfterName({ sql, name }: RelationStatement): readonly [string, string] {
  const written = qualifiedName(...name);
  const at = sql.indexOf(written);
  return [sql.slice(0, at), sql.slice(at + written.length)];
}

function fingerprint(definition: Definition): string {
  return sha256(definition.join('\n'));
}

function differs(key: string, { kind, name }: RelationStatement, there: Definition, wanted: Definition) {
  const shownName = name.map(identifier).join('.');
  const [more, less] = [linesOnlyIn(there, wanted), linesOnlyIn(wanted, there)];
  const isReordered = more.length === 0 && less.length === 0;
  const list = (lines: Definition): string =>
    shortened(lines.map((line) => `\`${line}\``).join(', ') || 'nothing', 400);
  return diagnostic({
    code: 'registration-differs',
    path: key,
    message: isReordered
      ? `${shownName} exists with the same columns in another order.`
      : `${shownName} exists, but differs from what the manifest creates: it has ${list(more)} where the manifest has ${list(less)}.`,
    fix: there.some((line) => isHelperSchema(name[1]) && line.includes('Iceberg table'))
      ? `Remove it from the Hive Metastore (CALL ${identifier(inPlaceCatalog)}.system.unregister_table(${literal(name[1])}, ${literal(name[2])}); its files stay), then \`aws2openstack migrate resume ${jobOf(key)}\`.`
      : kind === 'view'
        ? `Drop it (DROP VIEW ${shownName}) or give the view another name with \`to.table\`, then \`aws2openstack migrate resume ${jobOf(key)}\`.`
        : `Drop it (DROP TABLE ${shownName}; the files of an external table stay, those of other tables are deleted) or give the table another name with \`to.table\`, then \`aws2openstack migrate resume ${jobOf(key)}\`.`,
  });
}

function linesOnlyIn(lines: Definition, others: Definition): Definition {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}
