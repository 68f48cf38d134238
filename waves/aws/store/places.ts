import { conditionFailed } from './item-table.js';
import type { ItemTable } from './item-table.js';
import { machineKey } from './items.js';
import type { Item } from './items.js';
import { untilUnbeaten } from './until-unbeaten.js';

/** Pools of places: an item for each, with the set of the machines that hold one. */
export class Places {
  constructor(
    private readonly table: ItemTable,
    private readonly longestDelayMs: number,
  ) {}

  async take(pool: string, migrationId: string, fence: number, limit: number): Promise<'taken' | 'full' | 'fenced'> {
    const check = {
      ConditionCheck: {
        TableName: this.table.name,
        Key: machineKey(migrationId),
        ConditionExpression: 'fence = :fence',
        ExpressionAttributeValues: { ':fence': { N: String(fence) } },
      },
    };
    const take = {
      Update: {
        TableName: this.table.name,
        Key: keyOf(pool),
        UpdateExpression: 'ADD holders :holders',
        ConditionExpression: 'attribute_not_exists(holders) OR size(holders) < :limit OR contains(holders, :holder)',
        ExpressionAttributeValues: {
          ':holders': { SS: [migrationId] },
          ':holder': { S: migrationId },
          ':limit': { N: String(limit) },
        },
      },
    };
    return await untilUnbeaten(migrationId, this.longestDelayMs, async () => {
      const [machineCode, poolCode] = await this.table.transact([check, take]);
      if (machineCode === conditionFailed) return 'fenced';
      if (poolCode === conditionFailed) return 'full';
      return machineCode === 'None' && poolCode === 'None' && 'taken';
    });
  }

  async release(pool: string, migrationId: string): Promise<void> {
    await this.table.update('Releasing a place', {
      Key: keyOf(pool),
      UpdateExpression: 'DELETE holders :holders',
      ExpressionAttributeValues: { ':holders': { SS: [migrationId] } },
    });
  }
}

/** No migrationId has a `#`. */
function keyOf(pool: string): Item {
  return { migrationId: { S: `pool#${pool}` }, item: { S: 'places' } };
}
