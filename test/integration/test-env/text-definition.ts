import {
  BatchCreatePartitionCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  GetPartitionsCommand,
  GetTableCommand,
} from '@aws-sdk/client-glue';
import type { Column, GlueClient, StorageDescriptor } from '@aws-sdk/client-glue';

/** A second definition of the same files, in its own database, with `string` where the first says `json`. */
export class TextDefinition {
  static readonly database = 'json_as_text';

  constructor(
    private readonly glue: GlueClient,
    private readonly source: { readonly DatabaseName: string; readonly Name: string },
  ) {}

  async create(): Promise<void> {
    const { DatabaseName, Name } = this.source;
    const database = TextDefinition.database;
    const { Table } = await this.glue.send(new GetTableCommand(this.source));
    const { Partitions = [] } = await this.glue.send(new GetPartitionsCommand({ DatabaseName, TableName: Name }));
    const { TableType, Parameters, PartitionKeys, StorageDescriptor: storage } = Table ?? {};
    await this.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
    await this.glue.send(
      new CreateTableCommand({
        DatabaseName: database,
        TableInput: { Name, TableType, Parameters, PartitionKeys, StorageDescriptor: asText(storage) },
      }),
    );
    await this.glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName: database,
        TableName: Name,
        PartitionInputList: Partitions.map(({ Values, StorageDescriptor }) => ({
          Values,
          StorageDescriptor: asText(StorageDescriptor),
        })),
      }),
    );
  }

  async remove(): Promise<void> {
    await this.glue.send(new DeleteTableCommand({ DatabaseName: TextDefinition.database, Name: this.source.Name }));
    await this.glue.send(new DeleteDatabaseCommand({ Name: TextDefinition.database }));
  }
}

function asText(storage: StorageDescriptor = {}): StorageDescriptor {
  const columnAsText = (column: Column): Column => (column.Type === 'json' ? { ...column, Type: 'string' } : column);
  return { ...storage, Columns: storage.Columns?.map(columnAsText) };
}
