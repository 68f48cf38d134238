import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countAndHash } from '../../validation/sql/row-hash-queries.js';
import type { Scan } from '../../validation/sql/scan.js';
import type { Sheet } from '../../test/integration/validation/sheet.js';
import { scansOf } from '../../test/integration/validation/sheet-tables.js';
import type { Ask } from '../../test/integration/validation/sheet-tables.js';
import { startPostgres } from '../../test/support/postgres-server.js';
import {
  connection,
  dataValidationArguments,
  dataValidationPackage,
  judgeByDataValidation,
  validations,
} from './data-validation.js';
import type { KeyedSheet } from './keyed-sheets.js';
import { copyToPostgres } from './postgres-copy.js';
import type { Refusals } from './postgres-copy.js';
import { startPythonCommand } from './python-command.js';
import { judgeByReladiff, reladiffArguments, reladiffPackage } from './reladiff.js';
import type { ComparedTool, Judgement } from './results.js';
import { attemptsOnTrino } from './trino-attempts.js';

/** A tool that judges the cases of a sheet, in their order. */
export interface Judge {
  readonly tool: ComparedTool;
  /** The tables of the sheet exist in Trino. */
  judge(sheet: KeyedSheet): Promise<readonly Judgement[]>;
  stop(): Promise<void>;
}

export interface Corpus {
  readonly ask: Ask;
  readonly schema: string;
  /** Of the Trino door. */
  readonly host: string;
}

const sample = { id: 're_paired', key: 'id' } as const;

export function rowHashJudge({ ask, schema }: Corpus, original: (name: string) => Sheet): Judge {
  const hashes = async (scan: Scan): Promise<ReadonlyMap<string, string>> =>
    new Map(
      (await ask(countAndHash(scan))).map(([id, count, hash]) => [String(id), `${String(count)} ${String(hash)}`]),
    );
  return {
    tool: { name: 'aws2openstack', version: 'this checkout', engine: 'Trino', commands: [], remarks: [] },
    async judge({ name, cases }) {
      const scans = await scansOf({ source: ask, target: ask }, schema, original(name));
      const [source, target] = await Promise.all([hashes(scans.source), hashes(scans.target)]);
      return cases.map(({ id }) => ({ verdict: source.get(id) === target.get(id) ? 'equal' : 'different' }));
    },
    stop: () => Promise.resolve(),
  };
}

/** `far`: see `reladiffArguments`. */
export function reladiffJudge({ schema, host }: Corpus, sheet: KeyedSheet, far: boolean): Judge {
  const command = startPythonCommand(reladiffPackage);
  const shown = reladiffArguments({ host: 'HOST:PORT', schema: 'SCHEMA' }, sheet, sample, far);
  return {
    tool: {
      name: far ? 'reladiff, hashing' : 'reladiff',
      version: command.version,
      engine: 'Trino',
      commands: [commandLine('reladiff', shown)],
      remarks: [
        far
          ? 'The same with two more rows, equal on both sides, whose keys are far from the others: reladiff takes the range of the keys for the size of the table, and compares a table that it takes for a large one by the MD5 of its rows. The key is the number of the row. Columns are compared in the order of a Python set, which changes from run to run, and hashed in it: of two runs, one called `separator_in_text` equal.'
          : 'With its defaults, which are hashdiff for two databases, and joindiff where both tables are in one catalog. It needs a unique key: `id` where that is unique on both sides and of a type that it takes, else a number of the row in the order of the values (`row_no`). A hashdiff downloads so few rows and compares them in memory. The exit code is 0 after an error, too; an error of its log counts as an error.',
      ],
    },
    async judge(of) {
      const judgements: Judgement[] = [];
      for (const one of of.cases)
        judgements.push(await judgeByReladiff(command, reladiffArguments({ host, schema }, of, one, far)));
      return judgements;
    },
    stop: () => command.stop(),
  };
}

export async function dataValidationJudge({ ask, schema, host }: Corpus, sheet: KeyedSheet): Promise<Judge> {
  const home = mkdtempSync(join(tmpdir(), 'a2o-data-validation-'));
  const postgres = await startPostgres();
  const command = startPythonCommand(dataValidationPackage, { PSO_DV_CONN_HOME: home });
  const attempts = await attemptsOnTrino(command, home, host);
  const server = ['--host', '127.0.0.1', '--port', String(postgres.port), '--user', 'postgres', '--password', 'none'];
  const add = (to: readonly string[]): readonly string[] => ['connections', 'add', '-c', connection, 'Postgres', ...to];
  const added = await command.run(...add([...server, '--database', 'postgres']));
  if (added.status !== 0) throw new Error(added.stderr);
  return {
    tool: {
      name: 'data-validation (DVT)',
      version: command.version,
      engine: 'PostgreSQL 15',
      commands: [
        commandLine(
          'data-validation',
          add(['--host', 'HOST', '--port', 'PORT', '--user', 'USER', '--password', '…', '--database', 'DATABASE']),
        ),
        ...validations.map((validation) =>
          commandLine('data-validation', dataValidationArguments(validation, 'SCHEMA', sheet, [sample])),
        ),
      ],
      remarks: [
        `It has no connection to Trino. Tried were: ${attempts.map((attempt) => `${attempt.way} (\`${attempt.error}\`)`).join('; ')}. So both tables of a case were copied, value by value, to PostgreSQL, which it supports. The primary key is that of reladiff. A case is different where the figures of a column or the hash of a row fail.`,
      ],
    },
    async judge(of) {
      const refusals: Refusals = await copyToPostgres(ask, postgres.url('postgres'), schema, of);
      const asked = of.cases.filter(({ id }) => !refusals.has(id));
      const judgements = await judgeByDataValidation(command, schema, of, asked);
      return of.cases.map(
        ({ id }) => judgements.get(id) ?? { verdict: 'cannot', reason: refusals.get(id) ?? 'it was not asked' },
      );
    },
    async stop() {
      await command.stop();
      await postgres.stop();
      rmSync(home, { recursive: true });
    },
  };
}

function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args].map((word) => (/^[\w%:/@.,=…-]+$/.test(word) ? word : `"${word}"`)).join(' ');
}
