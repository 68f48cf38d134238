import {
  ConditionalCheckFailedException,
  GetItemCommand,
  paginateQuery,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  DynamoDBClient,
  QueryCommandInput,
  TransactWriteItem,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { TransientError } from '../../machines/errors.js';
import { sent } from '../sent.js';
import type { Item } from './items.js';

export const conditionFailed = 'ConditionalCheckFailed';
/** Of a transaction that was cancelled by what others wrote. */
const expectedCodes: readonly string[] = ['None', conditionFailed, 'TransactionConflict'];
/** Of one that the table had no capacity for. */
const busyCodes: readonly string[] = ['ProvisionedThroughputExceeded', 'ThrottlingError'];

/**
 * One DynamoDB table. A condition that does not hold is an answer; throttling and lost connections throw a TransientError.
 * Source: Amazon DynamoDB Developer Guide, 'Condition expressions'.
 */
export class ItemTable {
  constructor(
    private readonly client: DynamoDBClient,
    readonly name: string,
  ) {}

  /** The item as it is now. */
  async read(key: Item): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.name, Key: key, ConsistentRead: true });
    return (await sent('Reading the machine', this.client.send(command))).Item;
  }

  /** False where the condition does not hold. */
  async put(item: Item, condition: string): Promise<boolean> {
    const command = new PutItemCommand({ TableName: this.name, Item: item, ConditionExpression: condition });
    return (await whereItHolds(sent('Writing the machine', this.client.send(command)))) !== undefined;
  }

  /** The item after it; undefined where the condition does not hold. */
  async update(what: string, input: Omit<UpdateItemCommandInput, 'TableName'>): Promise<Item | undefined> {
    const command = new UpdateItemCommand({ ...input, TableName: this.name, ReturnValues: 'ALL_NEW' });
    const answer = await whereItHolds(sent(what, this.client.send(command)));
    return answer && (answer.Attributes ?? {});
  }

  /** By item: why it was not written. Nothing was, where a code is not `None`. */
  async transact(items: readonly TransactWriteItem[]): Promise<readonly string[]> {
    try {
      const command = new TransactWriteItemsCommand({ TransactItems: [...items] });
      await sent('Writing the machine', this.client.send(command));
      return items.map(() => 'None');
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
      const others = codes.filter((code) => !expectedCodes.includes(code));
      if (codes.length === 0 || others.some((code) => !busyCodes.includes(code))) throw error;
      if (others.length > 0) throw new TransientError(`Writing the machine failed (${others.join(', ')}).`);
      return codes;
    }
  }

  async *query(query: Omit<QueryCommandInput, 'TableName'>): AsyncIterable<Item> {
    const pages = paginateQuery({ client: this.client }, { ...query, TableName: this.name })[Symbol.asyncIterator]();
    for (;;) {
      const page = await sent('Querying machines', pages.next());
      if (page.done === true) return;
      yield* page.value.Items ?? [];
    }
  }
}

async function whereItHolds<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
