import type { App } from 'cdktf';
import type { Plan } from '../mappings/plan.js';
import { LakehouseStack } from './lakehouse-stack.js';
import { LakehouseStorageStack } from './lakehouse-storage-stack.js';

const [storageStack, lakehouseStack] = ['lakehouse-storage', 'lakehouse'] as const;

/** Names of the folders that the stacks are written to. */
export const stackNames: readonly string[] = [storageStack, lakehouseStack];

/** Lays a Plan out as two stacks. Broken rules are listed by `failedRules(app)`, and make synthesis fail. */
export function layOutLakehouse(app: App, plan: Plan): void {
  withoutWrittenStackTraces(() => {
    const storage = new LakehouseStorageStack(app, storageStack, plan);
    new LakehouseStack(app, lakehouseStack, plan).addDependency(storage);
  });
}

/**
 * cdktf formats the stack trace of every computed attribute and never reads it, which takes a fifth of a large synth's
 * time. An error that is thrown meanwhile keeps its trace: V8 formats a trace when it is read, which is later.
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
