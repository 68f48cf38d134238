/** A database with an owner of the same name; the owner's password is in the container's environment. */
export interface ServiceDatabase {
  readonly name: string;
  /** Environment variable. */
  readonly passwordVariable: string;
}

/**
 * A script that gives every service its own database and role. It can be run at every start: existing ones are kept, and
 * passwords are set again. psql quotes the password itself, so that it never appears in a command line.
 */
export function renderCreateDatabases(databases: readonly ServiceDatabase[], first: readonly string[] = []): string {
  const steps = databases.map(({ name, passwordVariable }) =>
    [
      `psql -v ON_ERROR_STOP=1 -U postgres <<'SQL'`,
      `\\getenv password ${passwordVariable}`,
      `SELECT 'CREATE ROLE "${name}" LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec`,
      `ALTER ROLE "${name}" PASSWORD :'password';`,
      `SELECT 'CREATE DATABASE "${name}" OWNER "${name}"' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '${name}') \\gexec`,
      `SQL`,
      '',
    ].join('\n'),
  );
  const before = first.map((line) => `${line}\n`).join('');
  return `#!/bin/bash\nset -euo pipefail\nuntil pg_isready -q -h 127.0.0.1; do sleep 1; done\n${before}${steps.join('')}`;
}
