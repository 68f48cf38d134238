import { BatchCreatePartitionCommand, CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue';
import type { GlueClient } from '@aws-sdk/client-glue';
import PQueue from 'p-queue';
import { readDemoCatalog } from './read-catalog.js';

export interface SeededCatalog {
  readonly databases: number;
  readonly tables: number;
  readonly partitions: number;
}

const parallelCalls = 8;
/** Glue's limit for one call. */
const partitionsPerCall = 100;

/** Creates the demo's catalog through the Glue API, in an empty account. */
export async function seedDemoCatalog(client: GlueClient): Promise<SeededCatalog> {
  const { databases, tables } = readDemoCatalog();
  await inParallel(databases, (input) => client.send(new CreateDatabaseCommand({ DatabaseInput: input })));
  await inParallel(tables, ({ databaseName, input }) =>
    client.send(new CreateTableCommand({ DatabaseName: databaseName, TableInput: input })),
  );
  const batches = tables.flatMap(({ databaseName, input, partitions }) =>
    chunks(partitions, partitionsPerCall).map((batch) => ({
      DatabaseName: databaseName,
      TableName: input.Name,
      PartitionInputList: batch,
    })),
  );
  await inParallel(batches, async (batch) => {
    const { Errors: errors = [] } = await client.send(new BatchCreatePartitionCommand(batch));
    if (errors.length > 0) throw new Error(`partitions of ${batch.TableName ?? ''}: ${JSON.stringify(errors[0])}`);
  });
  return {
    databases: databases.length,
    tables: tables.length,
    partitions: tables.reduce((sum, { partitions }) => sum + partitions.length, 0),
  };
}

async function inParallel<T>(items: readonly T[], call: (item: T) => Promise<unknown>): Promise<void> {
  await new PQueue({ concurrency: parallelCalls }).addAll(items.map((item) => () => call(item)));
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
