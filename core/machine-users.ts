/** The Trino user that collects metrics and may do nothing else. */
export const metricsUser = 'metrics';

/** The Trino user of migration workers: it registers tables, and administers nothing. */
export const migrationUser = 'migration';

const tasks: ReadonlyMap<string, string> = new Map([
  [metricsUser, 'collects metrics'],
  [migrationUser, 'runs the migration'],
]);

/** The task of a machine user, whose rights are fixed, so no grant may name it. `undefined` for other users. */
export function machineTaskOf(user: string): string | undefined {
  return tasks.get(user);
}
