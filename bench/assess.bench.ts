import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessGlueCatalog, connectGlue } from '../assessments/index.js';

/** Assesses a loopback catalog and prints its figures, one JSON object a line. */
async function measure(name: string, databases: number, tablesEach: number, partitionsEach: number): Promise<void> {
  const stub = fork(
    new URL('./glue-stub-process.ts', import.meta.url),
    [databases, tablesEach, partitionsEach].map(String),
    { execArgv: ['--import', 'tsx'] },
  );
  const folder = mkdtempSync(join(tmpdir(), 'assess-bench-'));
  try {
    const [{ url, least }] = (await once(stub, 'message')) as [{ url: string; least: number }];
    const glue = await connectGlue({ region: 'eu-central-1', endpoint: url });
    if (!glue.ok) throw new Error(JSON.stringify(glue.error));
    const began = performance.now();
    const assessed = await assessGlueCatalog(glue.value.api, {
      region: 'eu-central-1',
      endpoint: url,
      outputDir: folder,
      databases: { text: null, selects: () => true },
      withTags: false,
      strict: true,
      lister: null,
      fresh: true,
      toolVersion: '0.0.0',
      now: new Date(0),
      limits: { maxAttempts: 10, baseDelayMs: 200, random: Math.random },
      signal: new AbortController().signal,
      onOpening: () => undefined,
      onProgress: () => undefined,
    });
    const seconds = (performance.now() - began) / 1000;
    glue.value.close();
    if (!assessed.ok) throw new Error(JSON.stringify(assessed.error));
    stub.send('count');
    const [{ calls }] = (await once(stub, 'message')) as [{ calls: number }];
    print({ name, measure: 'API calls', value: calls, baseline: least, ratio: calls / least, bound: 1.05 });
    print({ name, measure: 'tables per second', value: Math.round(assessed.value.summary.tables / seconds) });
    print({ name, measure: 'peak memory MB', value: Math.round(process.resourceUsage().maxRSS / 1024) });
  } finally {
    stub.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

function print(figures: Readonly<Record<string, string | number>>): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

process.env['AWS_ACCESS_KEY_ID'] ??= 'stub';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'stub';
await measure('assess 10,000 tables', 20, 500, 0);
await measure('assess 10,000 tables, 100,000 partitions', 20, 500, 100);
