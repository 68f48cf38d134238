import type { Diagnostic } from '../../../core/diagnostic.js';
import { differingSize, missingFile } from '../diagnostics.js';
import { ProblemList } from '../problem-list.js';
import type { FileReader, FileSizes } from '../table-files.js';
import { walkTable } from './walk-table.js';
import type { TableFile } from './walk-table.js';

export interface ClosureRequest {
  /** The asset's key, such as `table:sales.orders`, for messages. */
  readonly table: string;
  /** URI of the metadata file that is going to be registered. */
  readonly metadata: string;
  /** Of the Trino that will read the table, such as 476. */
  readonly trinoVersion: number;
}

export interface ClosurePorts {
  /** Gives metadata, manifest lists and manifests, by their paths at the target. */
  readonly files: FileReader;
  readonly target: FileSizes;
}

export interface ClosureOptions {
  readonly signal?: AbortSignal;
  /**
   * Questions to the target at a time.
   * @default 16
   */
  readonly concurrency?: number;
  /** Each file that is missing or has another size, also beyond what the report lists. */
  readonly onDifference?: (file: TableFile, found: number | undefined) => void;
  readonly onProgress?: (checked: number) => void;
}

export interface ClosureReport {
  /** Distinct files, by kind. */
  readonly checked: Readonly<Record<TableFile['kind'], number>>;
  /** Of the files whose size something names. */
  readonly bytes: number;
  /** The problems that prevent the registration. */
  readonly problems: readonly Diagnostic[];
  /** Earlier metadata files that are gone. */
  readonly warnings: readonly Diagnostic[];
}

/** Files that several manifests have are asked for once, as long as this many paths are remembered. */
const remembered = 1_000_000;

/**
 * Whether a table can be registered: every file that its current metadata names, in all of its snapshots, is at the target
 * with the size that is named, and this Trino can read it. Reports all that differ. Throws what the ports throw.
 */
export async function checkClosure(
  request: ClosureRequest,
  { files, target }: ClosurePorts,
  options: ClosureOptions = {},
): Promise<ClosureReport> {
  const { concurrency = 16, onDifference, onProgress } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const problems = new ProblemList(request.table);
  const checked = newCounts();
  const known = new Set<string>();
  let bytes = 0;
  let done = 0;

  /** Nobody reads what the log names, and it may name a bucket of somebody else. */
  async function sizeOf({ uri, kind }: TableFile): Promise<number | undefined> {
    try {
      return await target.sizeOf(uri, signal);
    } catch (error) {
      if (kind !== 'log' || signal.aborted) throw error;
      return undefined;
    }
  }

  async function check(file: TableFile): Promise<void> {
    const { uri, kind, size, namedBy } = file;
    const found = await sizeOf(file);
    checked[kind]++;
    bytes += size ?? 0;
    onProgress?.(++done);
    if (found === undefined) {
      const problem = missingFile({ table: request.table, file: uri }, namedBy);
      problems.add(kind === 'log' ? { ...problem, severity: 'warning' } : problem);
    } else if (size !== null && found !== size)
      problems.add(differingSize({ table: request.table, file: uri }, found, size, namedBy));
    else return;
    onDifference?.(file, found);
  }

  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  try {
    for await (const file of walkTable({ ...request, files, problems, signal })) {
      if (known.has(file.uri)) continue;
      if (known.size >= remembered) known.clear();
      known.add(file.uri);
      if (underWay.size >= concurrency) await Promise.race(underWay);
      const task = check(file)
        .catch((error: unknown) => {
          failures.push(error);
          stop.abort(error);
        })
        .finally(() => underWay.delete(task));
      underWay.add(task);
      signal.throwIfAborted();
    }
  } catch (error) {
    stop.abort(error);
    throw failures.length > 0 ? failures[0] : error;
  } finally {
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
  return { checked, bytes, problems: problems.errors, warnings: problems.warnings };
}

function newCounts(): Record<TableFile['kind'], number> {
  return { 'data-file': 0, 'delete-file': 0, statistics: 0, manifest: 0, 'manifest-list': 0, log: 0, metadata: 0 };
}
