import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { reportLines } from '../assessments/report-file/layout.js';
import { planFromFiles } from '../mappings/index.js';
import { assessmentWith, table } from '../test/support/assessment-builder.js';
import { median, print } from './measure.js';

// 100,000 tables with 1,000,000 partitions: the whole way to a Plan against merely reading and parsing the same lines.
const tableCount = 100_000;
const partitionsPerTable = 10;
const rounds = 5;

const [mode, folder = ''] = process.argv.slice(2);
if (mode === undefined) await compare();
else await measure(mode, folder);

async function compare(): Promise<void> {
  const workFolder = mkdtempSync(join(tmpdir(), 'a2o-bench-'));
  try {
    await writeLake(workFolder);
    const runs = { plan: [] as Run[], parse: [] as Run[] };
    for (let round = 0; round < rounds; round += 1) {
      runs.plan.push(inOwnProcess('plan', workFolder));
      runs.parse.push(inOwnProcess('parse', workFolder));
    }
    const seconds = (of: keyof typeof runs): number => median(runs[of].map((run) => run.seconds));
    print({
      name: 'resolve 100,000 tables, 1,000,000 partitions',
      measure: 'seconds; baseline: read and JSON.parse the same lines',
      value: seconds('plan'),
      baseline: seconds('parse'),
      bound: 3,
    });
    print({
      name: 'resolve 100,000 tables, 1,000,000 partitions',
      measure: 'peak resident memory in MB; baseline: 1 GB',
      value: median(runs.plan.map((run) => run.peakMb)),
      baseline: 1000,
      bound: 1,
    });
  } finally {
    rmSync(workFolder, { recursive: true });
  }
}

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
}

function inOwnProcess(what: string, workFolder: string): Run {
  const run = spawnSync(process.execPath, ['--import', 'tsx', import.meta.filename, what, workFolder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (run.status !== 0) throw new Error(`measuring '${what}' failed`);
  return JSON.parse(run.stdout) as Run;
}

async function measure(what: string, workFolder: string): Promise<void> {
  const report = join(workFolder, 'glue-catalog-assessment.json');
  const start = performance.now();
  if (what === 'plan') {
    const planned = await planFromFiles({ assessment: report, mapping: 'default' });
    if (!planned.ok || planned.value.plan.totals.partition.mapped === 0) throw new Error('the lake was not planned');
  } else {
    await parseLines(createReadStream(report));
    await parseLines(createReadStream(join(workFolder, 'partitions.ndjson.gz')).pipe(createGunzip()));
  }
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1000 }));
}

async function parseLines(stream: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    const json = line.endsWith(',') ? line.slice(0, -1) : line;
    if (json.startsWith('{') && !json.startsWith('{"schemaVersion"')) JSON.parse(json);
  }
}

async function writeLake(workFolder: string): Promise<void> {
  const formats = ['PARQUET', 'ICEBERG', 'ORC', 'CSV', 'JSON'] as const;
  const tables = Array.from({ length: tableCount }, (_, index) => {
    const format = formats[index % formats.length] ?? 'PARQUET';
    return table(`database_${index % 200}.table_${index}`, {
      format,
      columns: Array.from({ length: 12 }, (_unused, column) => ({
        name: `column_${column}`,
        type: column % 4 === 0 ? 'struct<a:int,b:array<string>>' : 'decimal(18,2)',
      })),
      partitionKeys: [{ name: 'day', type: 'date' }],
      partitions: {
        count: partitionsPerTable,
        byFormat: { [format]: partitionsPerTable },
        otherBuckets: [],
        outsideTableLocation: 0,
        irregularFolders: 0,
        differing: 0,
      },
      size: { value: index * 1e6, source: 'table-parameters', confidence: 'high' },
    });
  });
  const partitionFile = join(workFolder, 'partitions.ndjson.gz');
  await pipeline(Readable.from(partitionLines(tables)), createGzip({ level: 1 }), createWriteStream(partitionFile));
  const sha256 = createHash('sha256');
  for await (const chunk of createReadStream(partitionFile)) sha256.update(chunk as Buffer);
  const assessment = {
    ...assessmentWith(tables),
    partitionFile: {
      name: 'partitions.ndjson.gz',
      sha256: sha256.digest('hex'),
      partitions: tableCount * partitionsPerTable,
    },
  };
  const report = join(workFolder, 'glue-catalog-assessment.json');
  await pipeline(Readable.from(reportLines(assessment)), createWriteStream(report));
  process.stderr.write(
    `lake: report ${Math.round(statSync(report).size / 1e6)} MB, partitions ${Math.round(statSync(partitionFile).size / 1e6)} MB compressed\n`,
  );
}

function* partitionLines(tables: ReturnType<typeof table>[]): Generator<string> {
  for (const { database, name } of tables) {
    for (let day = 0; day < partitionsPerTable; day += 1) {
      const value = `2026-01-${String(day + 1).padStart(2, '0')}`;
      yield `${JSON.stringify({ database, table: name, values: [value], location: `s3://lake/${database}/${name}/day=${value}/`, parameters: { numRows: '1000', totalSize: '123456' }, created: '2026-01-01T00:00:00.000Z' })}\n`;
    }
  }
}
