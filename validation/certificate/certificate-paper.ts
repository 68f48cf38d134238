import { formatBytes } from '../../core/format-bytes.js';
import type { Block, Paper, Text, Tone } from '../../papers/index.js';
import { certificateFiles, certificateNamespace } from './certificate.js';
import type { BoundFile } from './certificate.js';
import type { CertificateInput, CheckName, TableResult, TableStatus } from './certificate-input.js';
import type { CertificateSummary } from './summary.js';

type Head = Omit<CertificateInput, 'tables'>;

/** The certificate for people: what was shown, how, how strong that is, and what does not agree. Pure. */
export function certificatePaper(input: Head, summary: CertificateSummary, tables: BoundFile): Paper {
  const { assessment, run, toolVersion } = input;
  return {
    title: 'Migration certificate',
    subtitle: `${assessment.region}, account ${assessment.accountId ?? 'unknown'}`,
    date: run.finishedAt,
    about: [
      { label: 'Assessment', value: [{ code: assessment.id }] },
      { label: 'Validated', value: `${dateText(run.startedAt)} to ${dateText(run.finishedAt)}` },
      { label: 'Run', value: [{ code: run.id }] },
      { label: 'By', value: `aws2openstack ${toolVersion}` },
    ],
    blocks: [
      verdictBlock(summary, input),
      {
        kind: 'tiles',
        tiles: [
          { value: number(summary.totals.tables), label: 'tables' },
          { value: number(summary.totals.rows), label: 'rows at the target' },
          { value: formatBytes(summary.totals.bytes), label: `in ${number(summary.totals.objects)} objects` },
          {
            value: `${number(summary.totals.mutationsCaught)} of ${number(summary.totals.mutationsTried)}`,
            label: 'planted errors noticed',
          },
        ],
      },
      ...methodBlocks(input),
      ...databaseBlocks(summary),
      ...exceptionalBlocks(summary),
      ...exceptionBlocks(summary.exceptional),
      ...findingBlocks(summary),
      ...driftBlocks(summary.exceptional),
      ...skippedBlocks(input),
      ...identicalBlocks(summary),
      ...evidenceBlocks(input, summary, tables),
      { kind: 'heading', text: 'Sign-off' },
      {
        kind: 'text',
        text: 'By signing, both sides accept the results above, with the exceptions, the remarks and the drift that are listed.',
      },
      { kind: 'signatures', lines: ['For the data owner: name, date', 'For the migration team: name, date'] },
    ],
  };
}

const words: Readonly<Record<TableStatus, string>> = {
  certified: 'certified',
  'certified-with-exceptions': 'with exceptions',
  'not-certified': 'not certified',
};

function verdictBlock(summary: CertificateSummary, { skipped }: Head): Block {
  const { tables, byStatus } = summary.totals;
  const verdict = summary.verdict();
  const tone: Readonly<Record<TableStatus, Tone>> = {
    certified: 'good',
    'certified-with-exceptions': 'caution',
    'not-certified': 'bad',
  };
  const title: Readonly<Record<TableStatus, string>> = {
    certified: 'Certified.',
    'certified-with-exceptions': 'Certified with exceptions.',
    'not-certified': 'Not certified.',
  };
  const counts = `Of ${number(tables)} ${tables === 1 ? 'table' : 'tables'}, by every required check: ${number(byStatus.certified)} identical, ${number(byStatus['certified-with-exceptions'])} with exceptions that a person signed for, ${number(byStatus['not-certified'])} not certified.`;
  const why =
    tables === 0
      ? 'Nothing was validated.'
      : verdict === 'not-certified' && byStatus['not-certified'] === 0
        ? `Nothing shows that the engines hash alike: the golden vectors did not run. ${counts}`
        : counts;
  const behind =
    skipped.length === 0
      ? ''
      : ` ${number(skipped.length)} ${skipped.length === 1 ? 'table stays' : 'tables stay'} behind and ${skipped.length === 1 ? 'is' : 'are'} not counted.`;
  return { kind: 'callout', tone: tone[verdict], title: title[verdict], text: `${why}${behind}` };
}

function methodBlocks({ method }: Head): readonly Block[] {
  const { rowHash, goldenVectors, sessionSettings } = method;
  return [
    { kind: 'heading', text: 'How it was shown, and how strong that is' },
    {
      kind: 'text',
      text: 'Every row of both sides was hashed where it lies, and the hashes were added up so that order does not matter and duplicates count. Before a table counts as certified, errors are planted into its own rows in a query (a row lost, doubled, cut, shifted, values exchanged between rows); a check that does not notice each of them is weak and certifies nothing.',
    },
    {
      kind: 'facts',
      facts: [
        { label: `Row hash ${rowHash.version}`, value: [{ code: rowHash.definition }] },
        ...Object.entries(sessionSettings).map(([engine, settings]) => ({
          label: `Session of ${engine}`,
          value: [
            {
              code: Object.entries(settings)
                .map(([name, value]) => `${name}=${value}`)
                .join(', '),
            },
          ],
        })),
      ],
    },
    {
      kind: 'table',
      columns: [
        { title: 'Engine', width: 2 },
        { title: 'Golden vectors alike', width: 2, align: 'right' },
        { title: 'Compared by canonical text', width: 4 },
      ],
      rows: goldenVectors.map(({ engine, version, vectors, alike, asText }) => [
        `${engine} ${version}`,
        `${number(alike)} of ${number(vectors)}`,
        asText.length === 0 ? 'none' : asText.join(', '),
      ]),
      note: 'Golden vectors are values whose hashes are known. They run on each engine at the start of a run, and show that both hash alike.',
    },
  ];
}

function databaseBlocks(summary: CertificateSummary): readonly Block[] {
  const databases = summary.databases();
  const shown = databases.slice(0, 200);
  const rest = databases.length - shown.length;
  return [
    { kind: 'heading', text: 'Databases' },
    {
      kind: 'table',
      columns: [
        { title: 'Database', width: 5 },
        { title: 'Tables', width: 1.3, align: 'right' },
        { title: 'Certified', width: 1.6, align: 'right' },
        { title: 'With exceptions', width: 1.8, align: 'right' },
        { title: 'Not certified', width: 1.8, align: 'right' },
        { title: 'Rows', width: 2.6, align: 'right' },
        { title: 'Size', width: 1.8, align: 'right' },
      ],
      rows: shown.map(({ database, tables, byStatus, rows, bytes }) => [
        [{ code: database }],
        number(tables),
        number(byStatus.certified),
        number(byStatus['certified-with-exceptions']),
        number(byStatus['not-certified']),
        number(rows),
        formatBytes(bytes),
      ]),
      ...(rest > 0 && { note: `${number(rest)} more databases are in ${certificateFiles.certificate}.` }),
    },
  ];
}

function exceptionalBlocks({ exceptional, exceptionalCount }: CertificateSummary): readonly Block[] {
  if (exceptionalCount === 0)
    return [
      { kind: 'heading', text: 'Tables to look at' },
      { kind: 'text', text: 'None: every table is identical by each of its checks, and nothing drifted.' },
    ];
  const rest = exceptionalCount - exceptional.length;
  return [
    { kind: 'heading', text: 'Tables to look at' },
    {
      kind: 'table',
      columns: [
        { title: 'Table', width: 4 },
        { title: 'Status', width: 2 },
        { title: 'Check', width: 1.8 },
        { title: 'Source', width: 2.4 },
        { title: 'Target', width: 2.4 },
        { title: 'Difference', width: 3 },
      ],
      rows: exceptional.flatMap(rowsOf),
      ...(rest > 0 && { note: `${number(rest)} more such tables are in ${certificateFiles.tables}.` }),
    },
  ];
}

/** A row for each check that did not pass, or one with the table's reasons. */
function rowsOf(table: TableResult): readonly (readonly Text[])[] {
  const name: Text = [{ code: `${table.database}.${table.table}` }];
  const open = table.checks.filter(({ status }) => status !== 'passed');
  if (open.length === 0) {
    const why = table.reasons.join('; ') || (table.drift.length > 0 ? 'drift, below' : '');
    return [[name, words[table.status], '', '', '', why]];
  }
  return open.map(({ check, status, source, target, difference, power }) => [
    name,
    words[table.status],
    `${checkWords[check]}: ${status}`,
    source ?? '',
    target ?? '',
    difference ??
      (power !== null && power.caught < power.tried ? `noticed ${power.caught} of ${power.tried} planted errors` : ''),
  ]);
}

const checkWords: Readonly<Record<CheckName, string>> = {
  row_count: 'row count',
  partition: 'partitions',
  schema: 'schema',
  checksum: 'row hash',
  statistics: 'statistics',
  sample: 'sample',
  query: 'queries',
};

function exceptionBlocks(tables: readonly TableResult[]): readonly Block[] {
  const rows = tables.flatMap(({ database, table, exceptions }) =>
    exceptions.map(({ check, signedBy, signedAt, reason }): readonly Text[] => [
      [{ code: `${database}.${table}` }],
      checkWords[check],
      reason,
      `${signedBy}, ${dateText(signedAt)}`,
    ]),
  );
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: 'Exceptions' },
    {
      kind: 'table',
      columns: [
        { title: 'Table', width: 3 },
        { title: 'Check', width: 1.5 },
        { title: 'Reason', width: 5 },
        { title: 'Signed by', width: 3 },
      ],
      rows,
    },
  ];
}

/** Also of tables that passed: under what it passed is part of what a person signs. */
function findingBlocks({ findings }: CertificateSummary): readonly Block[] {
  if (findings.size === 0) return [];
  return [
    { kind: 'heading', text: 'What the checks remark' },
    {
      kind: 'table',
      columns: [
        { title: 'Remark', width: 2.4 },
        { title: 'Tables', width: 1, align: 'right' },
        { title: 'Of the first of them', width: 6 },
      ],
      rows: [...findings].map(([code, { tables, database, table, message }]): readonly Text[] => [
        [{ code }],
        number(tables),
        [{ code: `${database}.${table}` }, `: ${message}`],
      ]),
      note: `The findings in ${certificateFiles.tables} are those of every table.`,
    },
  ];
}

function driftBlocks(tables: readonly TableResult[]): readonly Block[] {
  const rows = tables.flatMap(({ database, table, drift }) =>
    drift.map(({ message }): readonly Text[] => [[{ code: `${database}.${table}` }], message]),
  );
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: 'Drift since the assessment' },
    {
      kind: 'table',
      columns: [
        { title: 'Table', width: 2 },
        { title: 'What changed', width: 5 },
      ],
      rows,
    },
  ];
}

/** As many as a person reads. */
const shownSkipped = 500;

function skippedBlocks({ skipped }: Head): readonly Block[] {
  if (skipped.length === 0) return [];
  const rest = skipped.length - shownSkipped;
  return [
    { kind: 'heading', text: 'Tables that stay behind' },
    {
      kind: 'table',
      columns: [
        { title: 'Table', width: 4 },
        { title: 'Why a rule of the mapping leaves it', width: 6 },
      ],
      rows: skipped
        .slice(0, shownSkipped)
        .map(({ database, table, reason }): readonly Text[] => [[{ code: `${database}.${table}` }], reason]),
      ...(rest > 0 && { note: `${number(rest)} more are in ${certificateFiles.certificate}.` }),
    },
  ];
}

function identicalBlocks({ identical, totals, exceptionalCount }: CertificateSummary): readonly Block[] {
  if (identical.length === 0) return [];
  const rest = totals.tables - exceptionalCount - identical.length;
  return [
    { kind: 'heading', text: 'Identical tables' },
    {
      kind: 'table',
      columns: [
        { title: 'Table', width: 4 },
        { title: 'Target', width: 4 },
        { title: 'Rows', width: 2, align: 'right' },
        { title: 'Checks', width: 1.2, align: 'right' },
        { title: 'Planted errors', width: 1.8, align: 'right' },
      ],
      rows: identical.map(({ database, table, target, rows, checks }) => [
        [{ code: `${database}.${table}` }],
        [{ code: target ?? '' }],
        rows === null ? '' : number(rows),
        number(checks.length),
        number(checks.reduce((sum, { power }) => sum + (power?.caught ?? 0), 0)),
      ]),
      ...(rest > 0 && {
        note: `These are the first ${number(identical.length)}; ${number(rest)} more are in ${certificateFiles.tables}.`,
      }),
    },
  ];
}

function evidenceBlocks(
  { assessment, planSha256, manifestSha256 }: Head,
  summary: CertificateSummary,
  tables: BoundFile,
): readonly Block[] {
  const hash = (label: string, value: string): { readonly label: string; readonly value: Text } => ({
    label,
    value: [{ code: value }],
  });
  return [
    { kind: 'heading', text: 'Evidence' },
    {
      kind: 'text',
      text: `A chain of hashes leads from a table's objects over the manifest, the snapshot and the rows to its queries. ${certificateFiles.tables} has every table with its chain; its SHA-256 and the root of all chains are part of the signed ${certificateFiles.certificate}, together with the SHA-256 of this document.`,
    },
    {
      kind: 'facts',
      facts: [
        hash('Assessment report', assessment.sha256),
        hash('Plan', planSha256),
        hash('Manifest', manifestSha256),
        hash(certificateFiles.tables, tables.sha256),
        hash('Root of the chains', summary.chainRoot()),
      ],
    },
    {
      kind: 'text',
      text: [
        'To check the signature and every file: ',
        { code: 'aws2openstack verify FOLDER --allowed-signers FILE' },
        '; of the signature alone, with OpenSSH: ',
        {
          code: `ssh-keygen -Y verify -f FILE -I IDENTITY -n ${certificateNamespace} -s ${certificateFiles.signature} < ${certificateFiles.certificate}`,
        },
      ],
    },
  ];
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** `2026-11-29 02:40 UTC`. */
function dateText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
