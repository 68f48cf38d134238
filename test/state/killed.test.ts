import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { StateLocation } from '../../state/index.js';
import { childArguments } from '../support/processes.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

/** How often each engine's storing is killed; 50 is what the product was proven with. */
const kills = Number(process.env['A2O_KILLS'] ?? 5);
const tables = 3000;

interface Child {
  /** Milliseconds from `ready` to its end. */
  readonly lasted: number;
  readonly stored: boolean;
}

/** Runs the process and kills it so long after it said `ready`, unless it was quicker. */
async function store(env: Readonly<Record<string, string>>, killAfterMs: number): Promise<Child> {
  const child = spawn(process.execPath, childArguments('store-child.ts', String(tables)), {
    env: { ...process.env, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = new AbortController();
  let [output, errors, since] = ['', '', 0];
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (since > 0 || !output.includes('ready')) return;
    since = performance.now();
    delay(killAfterMs, undefined, { signal: end.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
  });
  const signal = await new Promise<string | null>((resolve) =>
    child.on('close', (_code, by) => {
      resolve(by);
    }),
  );
  const lasted = performance.now() - since;
  end.abort();
  if (since === 0 || (signal === null && !output.includes('stored'))) throw new Error(errors);
  return { lasted, stored: output.includes('stored') };
}

/** Every stored assessment with how many rows it has of each kind. */
async function contents(location: StateLocation): Promise<Record<string, unknown>[]> {
  const state = await opened(location);
  try {
    const { rows } = await sql<Record<string, unknown>>`
      SELECT total_tables, total_databases,
        (SELECT count(*) FROM tables t JOIN table_schemas s ON s.id = t.schema_id WHERE t.assessment_id = a.id) AS tables,
        (SELECT count(*) FROM databases d WHERE d.assessment_id = a.id) AS databases
      FROM assessments a`.execute(state.db);
    const { rows: stray } = await sql<{ tables: number; databases: number }>`
      SELECT (SELECT count(*) FROM tables WHERE assessment_id NOT IN (SELECT id FROM assessments)) AS tables,
        (SELECT count(*) FROM databases WHERE assessment_id NOT IN (SELECT id FROM assessments)) AS databases`.execute(
      state.db,
    );
    expect(stray).toEqual([{ tables: 0, databases: 0 }]);
    return rows;
  } finally {
    await state.close();
  }
}

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  beforeAll(async () => {
    engine = await startEngine(name);
  }, 120_000);
  afterAll(() => engine.stop());

  test(
    `an assessment whose storing is killed at ${kills} random moments is there whole or not at all`,
    async () => {
      const location = await engine.fresh();
      const whole = { total_tables: tables, total_databases: 20, tables, databases: 20 };
      const { lasted } = await store(engine.env(location), 600_000);
      expect(await contents(location)).toEqual([whole]);
      let [before, killed] = [1, 0];
      for (let run = 0; run < kills; run += 1) {
        // One in each part of the time, so that some come before the end also where later runs are faster.
        const child = await store(engine.env(location), ((run + Math.random()) / kills) * lasted);
        if (!child.stored) killed += 1;
        const after = await contents(location);
        expect(new Set(after.map((row) => JSON.stringify(row)))).toEqual(new Set([JSON.stringify(whole)]));
        // What was said to be stored is; what was not may have been committed just before the kill.
        expect(after.length - before).toBeGreaterThanOrEqual(child.stored ? 1 : 0);
        expect(after.length - before).toBeLessThanOrEqual(1);
        before = after.length;
      }
      expect(killed).toBeGreaterThan(0);
    },
    60_000 + kills * 60_000,
  );
});
