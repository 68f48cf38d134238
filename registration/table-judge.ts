import type { AssessedTable } from '../assessments/index.js';
import { federationRefusal } from '../core/federated-source.js';
import { formatVersionRefusal } from '../core/iceberg-metadata.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { bucketAliasKind, isTableBucket, tableBucketRefusal } from '../core/s3-alias.js';
import { catalogServerRefusal } from './catalog-server.js';
import { bucketsOf, placeOf, relocate } from './data-locations.js';
import { filesReader } from './hive-table.js';
import type { FilesReader } from './hive-table.js';
import { helpersOf } from './helper-tables.js';
import { inPlaceRefusal } from './in-place.js';
import { metadataFileOf } from './iceberg-table.js';
import { nameRefusal } from './names.js';
import { isConversion } from './registered-table.js';
import type { AcceptedTable, ReadTable, RegistrationMethod, WantedTable } from './registered-table.js';
import { stagingCatalogOf } from './registration-target.js';
import type { RegistrationTarget } from './registration-target.js';
import { remarksOn } from './remarks-on-table.js';
import { lengthRefusal } from './statement-length.js';
import { icebergCasts, viewColumns } from './iceberg-view-types.js';
import { linkTargetOf, viewTextOf } from './views.js';
import type { DatabaseLinks } from './views.js';

/** Says how a table is created at the target, or, in a clause, why the target cannot hold it. */
export type TableJudge = (wanted: WantedTable) => Result<AcceptedTable, string>;

/**
 * The only judge of what the target can hold: the Plan maps what it accepts, and the manifest is made from what it read.
 * Views and aliases depend on other tables, too: see `orderByDependencies`. `databaseLinks` are those of the source.
 */
export function tableJudge(target: RegistrationTarget, databaseLinks: DatabaseLinks = new Map()): TableJudge {
  const { buckets } = target;
  const readFiles = filesReader(target);
  const staging = stagingCatalogOf(target);
  return (wanted) => {
    const { source, catalog, schema, table } = wanted;
    const elsewhere = elsewhereRefusal(source);
    if (elsewhere !== null) return fail(elsewhere);
    const method = methodOf(wanted, target);
    if (!method.ok) return method;
    const isInIceberg = target.catalogs[catalog]?.type === 'iceberg-rest';
    const read = readTable(method.value, source, { readFiles, databaseLinks, isInIceberg });
    if (!read.ok) return read;
    const refusal = nameRefusal(schema, table, {
      inHive: target.catalogs[catalog]?.type === 'hive-metastore',
      isTypedCsv: read.value.kind === 'files' && read.value.files.isTypedCsv,
    });
    if (refusal !== null) return fail(refusal);

    const accept = (location: string | null, by: RegistrationMethod): Result<AcceptedTable, string> => {
      const helpers =
        read.value.kind === 'files'
          ? helpersOf({ catalog, schema, table, files: read.value.files }, isConversion(by) ? staging : undefined)
          : [];
      const accepted = { source, catalog, schema, table, location, method: by, read: read.value, helpers };
      return ok({ ...accepted, remarks: remarksOn(accepted) });
    };
    if (method.value === 'view' || method.value === 'alias') return accept(null, method.value);
    const own = bucketsOf(source);
    const unmapped = own.find((bucket) => !buckets.has(bucket));
    if (unmapped !== undefined) return fail(unmappedRefusal(unmapped));
    const isRenamed = own.some((bucket) => buckets.get(bucket) !== bucket);
    const isRewritten = method.value === 'register' && isRenamed;
    const location = relocate(placeOf(source), buckets);
    const isInPlace = method.value === 'convert-in-place';
    if (isInPlace && read.value.kind === 'files') {
      const refused = inPlaceRefusal(read.value.files);
      if (refused !== null) return fail(refused);
    }
    const isRegistered = (isInPlace || read.value.kind === 'metadata') && location !== null;
    const unfit = isRegistered ? catalogServerRefusal(target, catalog, location) : null;
    if (unfit !== null) return fail(unfit);
    if (read.value.kind === 'files' && location !== null) {
      const tooLong = lengthRefusal(
        { catalog, schema, table, method: method.value },
        read.value.files,
        location,
        target,
      );
      if (tooLong !== null) return fail(tooLong);
    }
    return accept(location, isRewritten ? 'register-rewritten' : method.value);
  };
}

/** Why there are no files of it that could be copied, as a clause; `null` when there may be. */
function elsewhereRefusal(source: AssessedTable): string | null {
  if (source.federation !== undefined) return federationRefusal(source.federation);
  const managed = bucketsOf(source).find(isTableBucket);
  if (managed !== undefined) return tableBucketRefusal(managed);
  return formatVersionRefusal(source.iceberg?.formatVersion);
}

function unmappedRefusal(bucket: string): string {
  const alias = bucketAliasKind(bucket);
  if (alias === null) return `it has data in the bucket ${bucket}, which is not mapped`;
  return `its location names ${bucket}, ${alias}, not a bucket; name the bucket behind it with \`to.bucket\` in a rule for this bucket`;
}

interface ReadingContext {
  readonly readFiles: FilesReader;
  readonly databaseLinks: DatabaseLinks;
  /** Whether the catalog is an Iceberg catalog. */
  readonly isInIceberg: boolean;
}

function readTable(
  method: RegistrationMethod,
  source: AssessedTable,
  { readFiles, databaseLinks, isInIceberg }: ReadingContext,
): Result<ReadTable, string> {
  switch (method) {
    case 'external':
    case 'convert':
    case 'convert-in-place':
      return mapResult(readFiles(source), (files) => ({ kind: 'files', files }));
    case 'register':
    case 'register-rewritten':
      return mapResult(metadataFileOf(source), (file) => ({ kind: 'metadata', file }));
    case 'view':
      return readView(source, databaseLinks, isInIceberg);
    case 'alias':
      return mapResult(linkTargetOf(source), (target) => ({ kind: 'link', target, isInIceberg }));
  }
}

function readView(
  source: AssessedTable,
  databaseLinks: DatabaseLinks,
  isInIceberg: boolean,
): Result<ReadTable, string> {
  const text = viewTextOf(source, databaseLinks);
  if (!text.ok || !isInIceberg) return mapResult(text, (value) => ({ kind: 'view', text: value, casts: null }));
  return mapResult(icebergCasts(viewColumns(source)), (casts) => ({ kind: 'view', text: text.value, casts }));
}

function mapResult<T>(result: Result<T, string>, change: (value: T) => ReadTable): Result<ReadTable, string> {
  return result.ok ? ok(change(result.value)) : result;
}

function injectedKey({ projection }: AssessedTable): string | undefined {
  const types = Object.entries(projection ?? {}).map(([name, type]) => [
    /^projection\.(.+)\.type$/i.exec(name)?.[1],
    type,
  ]);
  return types.find(([key, type]) => key !== undefined && type?.trim().toLowerCase() === 'injected')?.[0];
}

function methodOf(
  { source, catalog, convert, inPlace = false }: WantedTable,
  target: RegistrationTarget,
): Result<RegistrationMethod, string> {
  const type = Object.hasOwn(target.catalogs, catalog) ? target.catalogs[catalog]?.type : undefined;
  if (type === undefined) return fail(`the target has no catalog '${catalog}'`);
  if (source.link !== null) return ok('alias');
  if (source.view !== null) return ok('view');
  if (source.format === 'ICEBERG') {
    return type === 'iceberg-rest'
      ? ok('register')
      : fail(`an Iceberg table needs a catalog of type iceberg-rest, but '${catalog}' is not one`);
  }
  if (type === 'hive-metastore') return ok('external');
  if (!convert) {
    return fail(
      `the iceberg-rest catalog '${catalog}' cannot hold ${source.format} files as they are; add \`convert: { format: iceberg }\` or map it to a hive-metastore catalog`,
    );
  }
  const injected = injectedKey(source);
  if (injected !== undefined)
    return fail(
      `the values of its key '${injected}' are injected by queries, so that no statement reads the whole table to convert it; leave \`convert\` out, or list its partitions in Glue`,
    );
  return stagingCatalogOf(target) === undefined
    ? fail('conversion reads the copied files through a hive-metastore catalog, but target.catalogs has none')
    : ok(inPlace ? 'convert-in-place' : 'convert');
}
