import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { json } from 'node:stream/consumers';
import { recordTable } from '../../stacks/waves/record-table.js';
import { changedBy, holds } from './dynamo-expressions.js';
import type { Expressions } from './dynamo-expressions.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

type Item = Record<string, AttributeValue>;
type Input = Readonly<Record<string, unknown>>;

export interface DynamoRefusal {
  /** Of the service, such as `ThrottlingException`. */
  readonly type: string;
  /** @default 400 */
  readonly status?: number;
  /** Of a transaction, by item. */
  readonly reasons?: readonly string[];
}

interface Write {
  readonly Update?: Expressions & { readonly Key: Item };
  readonly Put?: Expressions & { readonly Item: Item };
  readonly ConditionCheck?: Expressions & { readonly Key: Item };
}

/**
 * One table of machines in memory, behind DynamoDB's JSON protocol on 127.0.0.1: a stub, not the service. It knows the
 * expressions that the store writes, and throws for any other. The integration tests run the same contract on moto.
 */
export class DynamoStub {
  readonly items = new Map<string, Item>();
  readonly asked: { readonly operation: string; readonly input: Input }[] = [];
  /** Answers in place of the table. */
  refuse: (operation: string, input: Input) => DynamoRefusal | undefined = () => undefined;
  /** Of queries, in items. */
  pageSize = 100;
  #server: LocalServer | undefined;

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    this.#server = await listen((request, response) => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
      void json(request).then((input) => {
        this.asked.push({ operation, input: input as Input });
        const { status, body } = this.#reply(operation, input as Input);
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
      });
    });
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  client(): DynamoDBClient {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    return new DynamoDBClient({
      endpoint: this.url,
      region: 'eu-central-1',
      credentials,
      maxAttempts: 1,
    });
  }

  countOf(operation: string): number {
    return this.asked.filter((one) => one.operation === operation).length;
  }

  #reply(operation: string, input: Input): { readonly status: number; readonly body: object } {
    const refused = this.refuse(operation, input);
    if (refused !== undefined) return refusalOf(refused);
    const expressions = input as Expressions;
    switch (operation) {
      case 'GetItem':
        return { status: 200, body: { Item: this.items.get(keyOf(input['Key'] as Item)) } };
      case 'PutItem': {
        const item = input['Item'] as Item;
        if (!holds(expressions, this.items.get(keyOf(item)))) return conditionFailed;
        this.items.set(keyOf(item), item);
        return { status: 200, body: {} };
      }
      case 'UpdateItem': {
        const key = input['Key'] as Item;
        const before = this.items.get(keyOf(key));
        if (!holds(expressions, before)) return conditionFailed;
        const after = changedBy(expressions, before ?? key);
        this.items.set(keyOf(key), after);
        return { status: 200, body: { Attributes: after } };
      }
      case 'TransactWriteItems':
        return this.#transact(input['TransactItems'] as readonly Write[]);
      case 'Query':
        return { status: 200, body: this.#query(input) };
      default:
        throw new Error(`The stub does not know ${operation}`);
    }
  }

  #transact(writes: readonly Write[]): { readonly status: number; readonly body: object } {
    const reasons = writes.map(({ Update, Put, ConditionCheck }) => {
      const { key, expressions } = partsOf(Update ?? Put ?? ConditionCheck);
      return holds(expressions, this.items.get(key)) ? 'None' : 'ConditionalCheckFailed';
    });
    if (reasons.some((reason) => reason !== 'None'))
      return refusalOf({ type: 'TransactionCanceledException', reasons });
    for (const { Update, Put } of writes) {
      if (Put !== undefined) this.items.set(keyOf(Put.Item), Put.Item);
      if (Update !== undefined)
        this.items.set(keyOf(Update.Key), changedBy(Update, this.items.get(keyOf(Update.Key)) ?? Update.Key));
    }
    return { status: 200, body: {} };
  }

  #query(input: Input): object {
    const { partitionKey, sortKey, indexes } = recordTable;
    const index = indexes[input['IndexName'] as keyof typeof indexes] as (typeof indexes)['by-wave'] | undefined;
    const keys = index ?? { partitionKey, sortKey };
    const textIn = (item: Item, name: string): string => item[name]?.S ?? '';
    const found = [...this.items.values()]
      // An index has the items that have both of its keys.
      .filter((item) => item[keys.partitionKey] !== undefined && item[keys.sortKey] !== undefined)
      .filter((item) => holds({ ...input, ConditionExpression: input['KeyConditionExpression'] as string }, item))
      .sort((a, b) => (textIn(a, keys.sortKey) < textIn(b, keys.sortKey) ? -1 : 1));
    const start = input['ExclusiveStartKey'] as Item | undefined;
    const from = start === undefined ? 0 : 1 + found.findIndex((item) => keyOf(item) === keyOf(start));
    const page = found.slice(from, from + this.pageSize);
    const last = page.at(-1);
    const names = new Set([...Object.values(keys), partitionKey, sortKey, ...recordTable.indexedAttributes]);
    const shown = (item: Item): Item =>
      index === undefined ? item : Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
    return {
      Items: page.map(shown),
      Count: page.length,
      ...(last !== undefined && from + this.pageSize < found.length && { LastEvaluatedKey: primaryKey(last) }),
    };
  }
}

function partsOf(write: Expressions & { readonly Key?: Item; readonly Item?: Item } = {}): {
  readonly key: string;
  readonly expressions: Expressions;
} {
  return { key: keyOf(write.Key ?? write.Item ?? {}), expressions: write };
}

function primaryKey(item: Item): Item {
  const { partitionKey, sortKey } = recordTable;
  return Object.fromEntries([partitionKey, sortKey].map((name) => [name, item[name] ?? { S: '' }]));
}

function keyOf(item: Item): string {
  return JSON.stringify(primaryKey(item));
}

const conditionFailed = refusalOf({ type: 'ConditionalCheckFailedException' });

function refusalOf({ type, status = 400, reasons }: DynamoRefusal): { readonly status: number; readonly body: object } {
  return {
    status,
    body: {
      __type: `com.amazonaws.dynamodb.v20120810#${type}`,
      message: `${type} of the stub`,
      ...(reasons && { CancellationReasons: reasons.map((Code) => ({ Code })) }),
    },
  };
}
