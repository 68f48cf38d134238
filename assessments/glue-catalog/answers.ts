import { Ajv } from 'ajv';
import type { AnySchemaObject } from 'ajv';
import type { GlueFailure } from './failures.js';
import { describeViolation } from '../../core/violation.js';

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const map = { type: 'object' };
const listOf = (items: AnySchemaObject): AnySchemaObject => ({ type: 'array', items });
const object = (properties: Record<string, AnySchemaObject>, required: readonly string[] = []): AnySchemaObject => ({
  type: 'object',
  properties,
  required,
});

const columns = listOf(object({ Name: text, Type: text, Comment: text, Parameters: map }));
const descriptor = object({
  Columns: columns,
  Location: text,
  AdditionalLocations: listOf(text),
  InputFormat: text,
  OutputFormat: text,
  Compressed: { type: 'boolean' },
  SerdeInfo: object({ SerializationLibrary: text, Parameters: map }),
  BucketColumns: listOf(text),
  Parameters: map,
  SkewedInfo: object({ SkewedColumnValueLocationMaps: map }),
});
const target = object({ CatalogId: text, DatabaseName: text, Name: text, Region: text });
const federated = object({ Identifier: text, ConnectionName: text, ConnectionType: text });

/** The fields that are read from each answer. Times are left to the SDK. Source: AWS Glue web API reference. */
const schemas = {
  GetCatalogs: object(
    {
      CatalogList: listOf(
        object({
          Name: text,
          CatalogId: text,
          ResourceArn: text,
          FederatedCatalog: federated,
          TargetRedshiftCatalog: object({ CatalogArn: text }),
        }),
      ),
      NextToken: text,
    },
    ['CatalogList'],
  ),
  GetDatabases: object(
    {
      DatabaseList: listOf(
        object(
          {
            Name: name,
            CatalogId: text,
            Description: text,
            LocationUri: text,
            Parameters: map,
            TargetDatabase: target,
            FederatedDatabase: federated,
          },
          ['Name'],
        ),
      ),
      NextToken: text,
    },
    ['DatabaseList'],
  ),
  GetTables: object(
    {
      TableList: listOf(
        object(
          {
            Name: name,
            Description: text,
            TableType: text,
            Parameters: map,
            StorageDescriptor: descriptor,
            PartitionKeys: columns,
            TargetTable: target,
            FederatedTable: federated,
            IcebergTableMetadata: object({ FormatVersion: text, Location: text, Properties: map }),
            RLSProperties: object({ DefaultRLSPolicy: text }),
            Status: object({ Action: text, State: text, Error: object({ ErrorMessage: text }) }),
            ViewOriginalText: text,
            ViewDefinition: object({
              Definer: text,
              SubObjects: listOf(text),
              Representations: listOf(object({ Dialect: text, ViewOriginalText: text })),
            }),
          },
          ['Name'],
        ),
      ),
      NextToken: text,
    },
    ['TableList'],
  ),
  GetPartitions: object(
    {
      Partitions: listOf(object({ Values: listOf(text), StorageDescriptor: descriptor, Parameters: map }, ['Values'])),
      NextToken: text,
    },
    ['Partitions'],
  ),
  GetTags: object({ Tags: map }),
};

const ajv = new Ajv();
const checks = {
  GetCatalogs: ajv.compile(schemas.GetCatalogs),
  GetDatabases: ajv.compile(schemas.GetDatabases),
  GetTables: ajv.compile(schemas.GetTables),
  GetPartitions: ajv.compile(schemas.GetPartitions),
  GetTags: ajv.compile(schemas.GetTags),
};

/** An answer that the SDK accepts but Glue never gives: the SDK does not check types. */
export const notGlue = 'NotGlueAnswer';

/** Why an answer cannot come from Glue; `undefined` when it can. `sent` is the page token of the request. */
export function oddAnswer(action: keyof typeof checks, answer: object, sent?: string): GlueFailure | undefined {
  const check = checks[action];
  if (!check(answer)) {
    const [error] = check.errors ?? [];
    return {
      kind: 'fatal',
      name: notGlue,
      message:
        `${action}: ${error?.instancePath ?? ''} ${error === undefined ? 'is not as expected' : describeViolation(error)}`.replace(
          ':  ',
          ': the answer ',
        ),
    };
  }
  // The same page would be requested forever.
  if (sent !== undefined && sent !== '' && 'NextToken' in answer && answer.NextToken === sent)
    return { kind: 'fatal', name: notGlue, message: `${action}: NextToken is the token that was sent.` };
  return undefined;
}
