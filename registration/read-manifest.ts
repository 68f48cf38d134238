import type { ValidateFunction } from 'ajv';
import { createRequire } from 'node:module';
import { sha256 } from '../core/canonical-json.js';
import { diagnostic } from '../core/diagnostic.js';
import type { Diagnostic, SourcePosition } from '../core/diagnostic.js';
import { fail, ok } from '../core/result.js';
import type { Result } from '../core/result.js';
import { describeViolation } from '../core/violation.js';
import { idempotencyKeyOf } from './manifest.js';
import type { Manifest, ManifestEntry } from './manifest.js';
import { indexFile } from './render-manifest.js';
import type { IndexedFile, ManifestIndex } from './render-manifest.js';

interface Checks {
  readonly index: ValidateFunction<ManifestIndex>;
  readonly entry: ValidateFunction<ManifestEntry>;
}

// Compiled from manifest.schema.json by scripts/validators.mjs.
const checks = createRequire(import.meta.url)('./manifest-checks.cjs') as Checks;

/**
 * Reads what `renderManifest` writes, given the content of each file by its name. Reports every file that is missing,
 * changed or malformed, or that the index does not list, and every entry that is there twice.
 */
export function readManifest(files: ReadonlyMap<string, string>): Result<Manifest> {
  const index = readIndex(files.get(indexFile));
  if (!index.ok) return index;
  const catalogs = new Map<string, readonly ManifestEntry[]>();
  const problems: Diagnostic[] = [];
  for (const [catalog, listed] of Object.entries(index.value.catalogs)) {
    const entries = readEntries(catalog, listed, files.get(listed.file));
    if (entries.ok) catalogs.set(catalog, entries.value);
    else problems.push(...entries.error);
  }
  problems.push(...unlisted(index.value, files), ...repeated(catalogs));
  return problems.length === 0 ? ok({ catalogs }) : fail(problems);
}

/** An index without a catalog would drop all of its entries. */
function unlisted({ catalogs }: ManifestIndex, files: ReadonlyMap<string, string>): Diagnostic[] {
  const listed = new Set([indexFile, ...Object.values(catalogs).map(({ file }) => file)]);
  return [...files.keys()]
    .filter((file) => !listed.has(file))
    .map((file) => problem('manifest-file-unlisted', `The file ${file} is not listed in ${indexFile}.`, { file }));
}

/** Each part of the work has one entry in the manifest. */
function repeated(catalogs: Manifest['catalogs']): Diagnostic[] {
  const seen = new Set<string>();
  const problems: Diagnostic[] = [];
  for (const [catalog, entries] of catalogs) {
    for (const { key } of entries) {
      if (seen.has(key)) {
        const message = `The entry ${key} in the file of the catalog '${catalog}' is already in the manifest.`;
        problems.push(problem('manifest-entry-repeated', message));
      }
      seen.add(key);
    }
  }
  return problems;
}

function readIndex(content: string | undefined): Result<ManifestIndex> {
  if (content === undefined) return fail([missing(indexFile)]);
  const json = parseJson(content);
  return checks.index(json) ? ok(json) : fail([malformed('index', json, checks.index, { file: indexFile })]);
}

function readEntries(
  catalog: string,
  { file, sha256: hash, entries: count }: IndexedFile,
  content: string | undefined,
): Result<readonly ManifestEntry[]> {
  if (content === undefined) return fail([missing(file)]);
  if (sha256(content) !== hash) {
    const message = `The file ${file} does not match ${indexFile}: its SHA-256 differs.`;
    return fail([problem('manifest-file-changed', message, { file })]);
  }
  if (content !== '' && !content.endsWith('\n')) {
    const message = `The last line of the file ${file} is cut off: it does not end with a newline.`;
    return fail([problem('manifest-file-cut-off', message, { file })]);
  }
  const lines = content.split('\n').slice(0, -1);
  if (lines.length !== count) {
    const message = `The file ${file} has ${lines.length} entries, but ${indexFile} says ${count}.`;
    return fail([problem('manifest-entries-missing', message, { file })]);
  }
  const entries: ManifestEntry[] = [];
  const problems: Diagnostic[] = [];
  for (const [index, line] of lines.entries()) {
    const at = { file, line: index + 1 };
    const entry = parseEntry(parseJson(line), at);
    if (!entry.ok) {
      problems.push(...entry.error);
    } else if (entry.value.target.catalog !== catalog) {
      const message = `The entry ${entry.value.key} is for the catalog '${entry.value.target.catalog}', but in the file of '${catalog}'.`;
      problems.push(problem('manifest-wrong-catalog', message, at));
    } else entries.push(entry.value);
  }
  return problems.length === 0 ? ok(entries) : fail(problems);
}

/** Reads one entry, such as one from a job row. Refuses an entry that was changed, for example by redaction. */
export function parseEntry(json: unknown, at?: SourcePosition): Result<ManifestEntry> {
  if (!checks.entry(json)) return fail([malformed('entry', json, checks.entry, at)]);
  if (json.idempotencyKey === idempotencyKeyOf(json)) return ok(json);
  const message = `The entry ${json.key} was changed: its idempotency key does not match its content.`;
  return fail([problem('manifest-entry-changed', message, at)]);
}

/** `undefined`, which no schema allows, for text that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function missing(file: string): Diagnostic {
  return problem('manifest-file-missing', `The file ${file} of the registration manifest is missing.`, { file });
}

function malformed(what: string, json: unknown, check: ValidateFunction, at?: SourcePosition): Diagnostic {
  const [error] = check.errors ?? [];
  const place = error?.instancePath === '' ? 'it' : (error?.instancePath ?? 'it');
  const message =
    json === undefined
      ? `The registration manifest's ${what} is not JSON.`
      : `The registration manifest's ${what} is malformed: ${place} ${error === undefined ? 'is not allowed' : describeViolation(error)}.`;
  return problem('manifest-malformed', message, at);
}

function problem(code: string, message: string, at?: SourcePosition): Diagnostic {
  const fix = 'Write the manifest again with `aws2openstack synth`, and copy all of its files together.';
  return diagnostic({ code, message, fix, ...(at && { at }) });
}
