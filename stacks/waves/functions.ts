import { machineMove } from '../../waves/state-machine/index.js';
import type { HandlerName } from '../../waves/state-machine/index.js';

export type FunctionName = HandlerName | 'ingress_handler';

/** Every Lambda function of the waves, in the order in which a machine meets them. */
export const functionDescriptions: Readonly<Record<FunctionName, string>> = {
  ingress_handler: 'Checks requests from the queue, stores them and announces them on the bus',
  validate_input: 'Checks a machine and what its migration needs, without changing anything',
  prepare_source: 'Prepares the source of a machine for its replication',
  trigger_migration: 'Starts the replication, the test launch and the cutover of a machine',
  verify_migration: 'Reads replication lag and launches, and decides whether a machine goes on',
  finalize_cutover: 'Finalizes a cutover: the point of no return',
  rollback_handler: 'Takes back what was done for a machine',
  callback_handler: 'Tells callback URLs, the bus, a CMDB, Cloud Migration Factory and Slack what has happened',
};

export const functionNames = Object.keys(functionDescriptions) as FunctionName[];

/** Those that read or change records of Route 53, which has no endpoint in private subnets. */
export const dnsFunctions: readonly FunctionName[] = ['validate_input', 'verify_migration', 'rollback_handler'];

const ingressTimeoutSeconds = 60;
/** Time to answer after a step has given up. Lambda's own limit is 900 s. */
const graceSeconds = 30;

/** The longest of the states that call it. */
export function timeoutOf(name: FunctionName): number {
  if (name === 'ingress_handler') return ingressTimeoutSeconds;
  const limits = Object.values(machineMove.states).map((state) =>
    state.kind === 'task' && state.handler === name ? state.timeLimitSeconds : 0,
  );
  return Math.max(...limits) + graceSeconds;
}
