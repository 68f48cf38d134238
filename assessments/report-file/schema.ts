import type { ErrorObject, ValidateFunction } from 'ajv';
import { createRequire } from 'node:module';
import type { AssessedDatabase, AssessedTable, Assessment, Finding } from '../assessment.js';

export type Header = Omit<Assessment, 'findings' | 'databases' | 'tables'>;

interface Parts {
  readonly header: Header;
  readonly findings: Finding;
  readonly databases: AssessedDatabase;
  readonly tables: AssessedTable;
}

/** A part of the report on its own line. */
export type PartName = keyof Parts;
type Checks = Readonly<Record<PartName, ValidateFunction>>;

// Compiled from assessment.schema.json by scripts/validators.mjs.
const require = createRequire(import.meta.url);
const checks = require('./part-checks.cjs') as Checks;

/** Tells whether a value is that part. Stops at the first violation, which keeps the good case fast. */
export function isPart<Name extends PartName>(name: Name, value: unknown): value is Parts[Name] {
  return checks[name](checkable(name, value));
}

/** Every violation of a value that `isPart` refused. */
export function violationsOf(name: PartName, value: unknown): readonly ErrorObject[] {
  // Loaded for the first value that is refused: most reports have none.
  const check = (require('./part-violations.cjs') as Checks)[name];
  check(checkable(name, value));
  return check.errors ?? [];
}

/** A header is checked as a report with empty lists. */
function checkable(name: PartName, value: unknown): unknown {
  return name === 'header' ? { ...(value as object), findings: [], databases: [], tables: [] } : value;
}
