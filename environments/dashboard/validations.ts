import { sha256 } from '../../core/canonical-json.js';
import { appendValidationResults } from '../../state/index.js';
import type { NewValidationResult, State, ValidationType } from '../../state/index.js';
import { randomFrom, pick } from './random.js';

const checks: readonly ValidationType[] = ['schema', 'row_count', 'checksum', 'statistics', 'sample'];
const day = 86_400_000;

/** Of a table of 24 columns, as a validation stores it. */
const columns = Array.from(
  { length: 8 },
  (_, index) =>
    `order_id_${index} bigint, amount_${index} decimal(18,2), delivered_${index} array(row(warehouse varchar, at timestamp(3)))`,
).join(', ');

/** What Trino said of a table that it cannot read: several checks fail with it alike. */
const unreadable =
  "Trino reports HIVE_INVALID_METADATA: Error: type expected at the position 0 of 'map<string,json>' but 'json' is found. (query 20261129_201512_00417_k8hqz)";

/** Most tables pass; a few differ, with the rows that do, and some drifted over the last days; one cannot be read. */
export async function fillValidations(state: State, jobIds: readonly string[], now: Date): Promise<void> {
  const random = randomFrom(11);
  for (const [index, jobId] of jobIds.entries()) {
    if (index % 6 === 5) continue;
    const isBad = index % 23 === 3;
    const rows = Math.round(10 ** (3 + 4 * random()));
    const drifts = isBad ? [6, 5, 4, 3, 2, 1, 0] : [0];
    for (const age of drifts)
      await appendValidationResults(
        state,
        checks.map((check) =>
          resultOf(check, {
            jobId,
            rows: rows + 40 * (6 - age),
            missing: isBad ? 3 * (7 - age) : 0,
            isWarned: index % 17 === 2,
            isUnreadable: index === 13,
            at: new Date(now.getTime() - age * day - Math.round(random() * 3_600_000)),
          }),
        ),
      );
  }
}

interface Circumstances {
  readonly jobId: string;
  readonly rows: number;
  readonly missing: number;
  readonly isWarned: boolean;
  readonly isUnreadable: boolean;
  readonly at: Date;
}

function resultOf(
  check: ValidationType,
  { jobId, rows, missing, isWarned, isUnreadable, at }: Circumstances,
): NewValidationResult {
  const about = { migration_job_id: jobId, validation_type: check, validated_at: at };
  const nothing = { source_value: null, target_value: null, difference: unreadable, details: {} };
  if (isUnreadable) return { ...about, ...nothing, status: 'failed' };
  const hash = (salt: number): string => `sha256:${sha256(`${rows} ${salt}`)}`;
  const values: Partial<Record<ValidationType, readonly [string, string]>> = {
    row_count: [String(rows), String(rows - missing)],
    checksum: [hash(0), hash(missing)],
    schema: [columns, columns],
    statistics: ['72 figures', '72 figures'],
    sample: ['40', isWarned ? '3' : '40'],
  };
  const [source = null, target = null] = values[check] ?? [];
  const isFailed = missing > 0 && (check === 'row_count' || check === 'checksum');
  const isWarning = isWarned && check === 'sample';
  return {
    ...about,
    status: isFailed ? 'failed' : isWarning ? 'warning' : 'passed',
    source_value: source,
    target_value: target,
    difference: isFailed
      ? `${missing} rows are missing at the target`
      : isWarning
        ? 'only 3 of 40 rows were compared'
        : null,
    details: isFailed && check === 'checksum' ? detailsOf(missing) : null,
  };
}

/** As a validation stores them. */
function detailsOf(missing: number): object {
  const random = randomFrom(missing);
  const row = (id: number, status: string) => ({
    values: { id: String(id), amount: (100 * random()).toFixed(2), currency: 'EUR', status },
  });
  const changed = { source: row(41_007, 'paid'), target: row(41_007, 'open'), columns: ['amount', 'status'] };
  return {
    results: [
      {
        findings: [
          {
            code: 'rows-differ',
            message: `${missing} rows of the source are not at the target, and 1 row differs.`,
            fix: 'Copy the partition again with `aws2openstack migrate retry`.',
          },
        ],
      },
    ],
    power: { tried: 6, caught: 6 },
    located: {
      totals: { missing, extra: 0, changed: 1 },
      missing: Array.from({ length: Math.min(missing, 4) }, (_, index) =>
        row(50_000 + index * 17, pick(random, ['paid', 'open', 'sent'])),
      ),
      extra: [],
      changed: [changed],
    },
  };
}
