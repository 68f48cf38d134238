import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessGlueCatalog, connectGlue } from '../../assessments/index.js';
import type { Assessment } from '../../assessments/index.js';
import type { Result } from '../../core/result.js';
import { startGlueStub } from './glue-stub.js';
import type { GlueStub, StubCatalog } from './glue-stub.js';

type Options = Parameters<typeof assessGlueCatalog>[1];

/** Assesses a stub's catalog as the command does, with short waits. */
export async function assess(
  stub: GlueStub,
  outputDir: string,
  more: Partial<Options> = {},
): Promise<Result<Assessment>> {
  process.env['AWS_ACCESS_KEY_ID'] = 'stub';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'stub';
  // The stub works in this process: it is slow while the other work is.
  const glue = await connectGlue({ region: 'eu-central-1', endpoint: stub.url, answerMs: 120_000 });
  if (!glue.ok) return glue;
  try {
    return await assessGlueCatalog(glue.value.api, {
      region: 'eu-central-1',
      endpoint: stub.url,
      outputDir,
      databases: { text: null, selects: () => true },
      withTags: false,
      strict: false,
      lister: null,
      fresh: false,
      toolVersion: '0.0.0',
      now: new Date('2026-11-21T00:00:00Z'),
      limits: { maxAttempts: 6, baseDelayMs: 2, random: () => 0.5 },
      signal: new AbortController().signal,
      onOpening: () => undefined,
      onProgress: () => undefined,
      ...more,
    });
  } finally {
    glue.value.close();
  }
}

/** Runs with a stub and an empty folder, and tidies up after both. */
export async function withStub<T>(
  catalog: StubCatalog,
  run: (stub: GlueStub, folder: string) => Promise<T>,
): Promise<T> {
  const stub = await startGlueStub(catalog);
  const folder = mkdtempSync(join(tmpdir(), 'assess-'));
  try {
    return await run(stub, folder);
  } finally {
    await stub.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 2));
  return result.value;
}

/** The codes of a failure's diagnostics; empty for a success. */
export function codesOf(result: Result<unknown>): readonly string[] {
  return result.ok ? [] : result.error.map(({ code }) => code);
}
