import type { MachineRecord, OrderKind } from '../machines/machine-record.js';

/** How many test orders the machine has obeyed. */
export const obeyedTests = 'step.obeyedTests';

export function isRollbackOrdered(record: Pick<MachineRecord, 'orders'>): boolean {
  return isOrdered(record, 'rollback');
}

export function isOrdered({ orders }: Pick<MachineRecord, 'orders'>, kind: OrderKind): boolean {
  return orders.some((order) => order.kind === kind);
}

export function testOrders({ orders }: Pick<MachineRecord, 'orders'>): number {
  return orders.filter(({ kind }) => kind === 'test').length;
}

/** Whether a test was ordered that was not obeyed yet. */
export function isTestOrdered(record: Pick<MachineRecord, 'orders' | 'memory'>): boolean {
  return testOrders(record) > Number(record.memory[obeyedTests] ?? 0);
}
