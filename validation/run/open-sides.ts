import { fail } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { QueryEngine } from '../engines/query-engine.js';
import { openSides } from '../engines/sides.js';
import type { Sides } from '../engines/sides.js';
import type { ValidationOrder } from './validation-order.js';

/** Opens an engine for one catalog of a side, with the secrets of this process. */
export interface SideAccess {
  source(order: ValidationOrder): Promise<Result<QueryEngine>>;
  target(order: ValidationOrder): Promise<Result<QueryEngine>>;
}

/**
 * Opens both sides of orders, each pair of catalogs once: a worker proves once with the golden vectors that they hash alike.
 * A failed attempt is repeated by the next order.
 */
export function sidesOpener(access: SideAccess): (order: ValidationOrder) => Promise<Result<Sides>> {
  const opened = new Map<string, Promise<Result<Sides>>>();
  return async (order) => {
    const { sides, pair, runId } = order;
    const name = JSON.stringify([runId, sides, pair.source.catalog, pair.target.catalog]);
    const opening = opened.get(name) ?? open(access, order);
    opened.set(name, opening);
    const result = await opening;
    if (!result.ok) opened.delete(name);
    return result;
  };
}

async function open(access: SideAccess, order: ValidationOrder): Promise<Result<Sides>> {
  const [source, target] = await Promise.all([access.source(order), access.target(order)]);
  if (!source.ok || !target.ok) return fail([source, target].flatMap((each) => (each.ok ? [] : each.error)));
  return await openSides(source.value, target.value);
}
