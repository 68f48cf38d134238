import { textOrNull } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import { differencesOf } from '../checks/partition.js';
import { fromClause } from '../sql/scan.js';
import type { Scan } from '../sql/scan.js';
import type { SideQuestions } from '../table/ask-sides.js';
import type { Side } from '../values/form.js';

/** Of each side, as its engine names them: `s3://…`. */
export type DifferingFiles = Readonly<Record<Side, readonly string[]>>;

const mostPartitions = 200;
const mostFiles = 20_000;

/**
 * The files of the partitions that differ. `null` where there are no partitions, too many of them or of files, or where an
 * engine does not say.
 */
export async function differingFiles(
  scans: Readonly<Record<Side, Scan>>,
  hashes: Readonly<Record<Side, HashAnswer>>,
  questions: SideQuestions,
): Promise<DifferingFiles | null> {
  const partitions = Object.values(differencesOf(hashes.source, hashes.target)).flat();
  if (scans.source.partitionColumns.length === 0 || partitions.length > mostPartitions) return null;
  const answers = await questions.both(
    'files',
    (side) => `SELECT DISTINCT "$path" ${fromClause({ ...scans[side], partitions })} LIMIT ${mostFiles + 1}`,
  );
  if (!answers.ok) return null;
  const { source, target } = answers.value;
  if (source.length + target.length > mostFiles) return null;
  const names = (rows: readonly (readonly unknown[])[]): readonly string[] =>
    rows.flatMap(([path]) => textOrNull(path) ?? []);
  return { source: names(source), target: names(target) };
}
