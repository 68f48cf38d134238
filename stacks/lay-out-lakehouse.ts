import type { App } from 'cdktf';
import type { Plan } from '../mappings/plan.js';
import { LakehouseStack } from './lakehouse-stack.js';
import { LakehouseStorageStack } from './lakehouse-storage-stack.js';

const [storageStack, lakehouseStack] = ['lakehouse-storage', 'lakehouse'] as const;

/** Names of the folders that they are written to. */
export const stackNames: readonly string[] = [storageStack, lakehouseStack];

/** Lays a Plan out as two stacks. What does not hold is found by `failedRules(app)`, and by synthesis, which refuses. */
export function layOutLakehouse(app: App, plan: Plan): void {
  withoutWrittenStackTraces(() => {
    const storage = new LakehouseStorageStack(app, storageStack, plan);
    new LakehouseStack(app, lakehouseStack, plan).addDependency(storage);
  });
}

/**
 * cdktf has the stack trace of every computed attribute written out, and reads none of them: a fifth of a wide synth's
 * time. An error that is thrown meanwhile keeps its trace: V8 writes a trace out when it is read, which is later.
 */
function withoutWrittenStackTraces(work: () => void): void {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = () => '';
  try {
    work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Object.defineProperty(Error, 'prepareStackTrace', before);
  }
}
