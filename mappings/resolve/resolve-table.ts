import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { tableJudge } from '../../registration/index.js';
import type { TableAsset } from '../conditions/index.js';
import type { MappedDatabase, MappedTable, RuleReference } from '../plan.js';
import type { DatabaseLinks, RegistrationTarget } from '../../registration/index.js';
import type { Destination } from '../template.js';
import type { Fill } from './fill.js';

/** The decisions made before the tables. */
export interface Surroundings {
  readonly target: RegistrationTarget;
  readonly fill: Fill;
  readonly databases: ReadonlyMap<string, MappedDatabase>;
  readonly databaseLinks: DatabaseLinks;
}

type TableMapper = (asset: TableAsset, to: Destination, rule: RuleReference) => Result<MappedTable, string>;

/** Sends tables where their rules say, or says why the target cannot hold them there. */
export function tableMapper({ target, fill, databases, databaseLinks }: Surroundings): TableMapper {
  const judge = tableJudge(target, databaseLinks);
  return ({ source, key }, to, rule) => {
    const database = databases.get(source.database);
    const catalog = to.catalog ?? database?.catalog;
    if (catalog === undefined) {
      return fail(
        `its rule names no catalog and its database is not mapped; add \`to.catalog\` to the rule '${rule.name}'`,
      );
    }
    const names = { database: source.database, table: source.name };
    const schema = (
      to.schema === undefined ? (database?.schema ?? source.database) : fill(to.schema, names)
    ).toLowerCase();
    const table = fill(to.table ?? '${table}', names).toLowerCase();
    const convert = to.convert !== undefined;
    const judged = judge({ source, catalog, schema, table, convert, inPlace: to.convert?.inPlace ?? false });
    if (!judged.ok) return judged;
    const engine = judged.value.location === null ? undefined : to.engine;
    return ok({ kind: 'table', key, rule, ...judged.value, ...(engine !== undefined && { engine }) });
  };
}
