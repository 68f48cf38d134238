import type { MachineStatus, OrderKind } from './machine-record.js';

const beforeCutover: readonly MachineStatus[] = [
  'PENDING',
  'VALIDATING',
  'PREPARING',
  'REPLICATING',
  'TESTING',
  'READY',
];

/** In which statuses a machine takes an order. From CUT_OVER, finalizing is the point of no return. */
export const allowedOrders: Readonly<Record<OrderKind, readonly MachineStatus[]>> = {
  test: ['READY'],
  approve: beforeCutover,
  cutover: beforeCutover,
  rollback: [...beforeCutover, 'CUTTING_OVER', 'CUT_OVER'],
  finalize: ['CUT_OVER'],
};
