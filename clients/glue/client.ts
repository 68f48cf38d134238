import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { withoutCredentials } from '../../core/credentials.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { awsFailure } from '../aws-failure.js';
import { spanOfCommand } from '../aws-spans.js';
import { awsClientSettings, boundedBy } from '../s3/index.js';
import type { S3Target } from '../s3/index.js';

interface NamedTable {
  readonly database: string;
  readonly table: string;
}

/** Glue's own catalog of the source's account and region, asked for single tables. Needs glue:GetTable. */
export interface GlueTables {
  /**
   * The metadata file that is current for an Iceberg table: `s3://…`. Fails where Glue does not tell it; whether it may
   * tell it later, `mayAnswerLater` knows. Throws the signal's reason.
   */
  readonly metadataOf: (table: NamedTable, signal: AbortSignal) => Promise<Result<string>>;
  readonly close: () => void;
}

const attempts = 5;

export function glueTables(target: S3Target): GlueTables {
  const client = new GlueClient(awsClientSettings(target, { maxAttempts: attempts }));
  client.middlewareStack.add(spanOfCommand, { step: 'initialize' });
  client.middlewareStack.add(boundedBy(target.answerMs), { step: 'deserialize', priority: 'high' });
  return {
    metadataOf: async (table, signal) => {
      try {
        const named = new GetTableCommand({ DatabaseName: table.database, Name: table.table });
        const { Table } = await client.send(named, { abortSignal: signal });
        const metadata = Table?.Parameters?.['metadata_location'] ?? '';
        return metadata === '' ? fail([withoutMetadata(table)]) : ok(metadata);
      } catch (error) {
        signal.throwIfAborted();
        return fail([diagnosticOf(error, table)]);
      }
    },
    close: () => {
      client.destroy();
    },
  };
}

const passing = 'source-catalog-unavailable';

/** Whether another attempt may get another answer. */
export function mayAnswerLater(problems: readonly Diagnostic[]): boolean {
  return problems.some(({ code }) => code === passing);
}

function diagnosticOf(error: unknown, table: NamedTable): Diagnostic {
  // Another S3-compatible store than Amazon's may be asked at its endpoint; it answers with something else than JSON.
  if (error instanceof SyntaxError) return refused(table, 'what answered is not Glue');
  const { kind, reason, isPermanent } = awsFailure(error);
  if (kind === 'EntityNotFoundException') return withoutTable(table);
  const why = `${kind}: ${withoutCredentials(reason)}`;
  return isPermanent ? refused(table, why) : unavailable(table, why);
}

function unavailable(table: NamedTable, why: string): Diagnostic {
  return diagnostic({
    code: passing,
    path: nameOf(table),
    message: `Glue did not say which metadata of ${nameOf(table)} is current (${why}).`,
    fix: 'Check the network and the Glue quotas, then run the same command again.',
  });
}

function refused(table: NamedTable, why: string): Diagnostic {
  return diagnostic({
    code: 'source-catalog-refused',
    path: nameOf(table),
    message: `Glue does not say which metadata of ${nameOf(table)} is current (${why}).`,
    fix: "Allow glue:GetTable for the source's credentials.",
  });
}

function withoutTable(table: NamedTable): Diagnostic {
  return diagnostic({
    code: 'source-table-gone',
    path: nameOf(table),
    message: `Glue no longer has the table ${nameOf(table)}.`,
    fix: 'If it was dropped or renamed, assess again; if it is in a catalog of another account, ask the owner of that catalog.',
  });
}

function withoutMetadata(table: NamedTable): Diagnostic {
  return diagnostic({
    code: 'source-table-without-metadata',
    path: nameOf(table),
    message: `The table ${nameOf(table)} no longer has a metadata_location in Glue.`,
    fix: 'Assess again: the table is no longer an Iceberg table.',
  });
}

function nameOf({ database, table }: NamedTable): string {
  return `${database}.${table}`;
}
