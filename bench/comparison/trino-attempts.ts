import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataValidationPackage, lastError } from './data-validation.js';
import { startPythonCommand } from './python-command.js';
import type { PythonCommand, Ran } from './python-command.js';
import { shortened } from './reladiff.js';

export interface Attempt {
  readonly way: string;
  readonly error: string;
}

/** Ways to have data-validation ask Trino, and how each fails. Throws where one works: then it is to be compared there. */
export async function attemptsOnTrino(command: PythonCommand, home: string, host: string): Promise<readonly Attempt[]> {
  const [server = '', port = ''] = host.split(':');
  const at = { host: server, port: Number(port), user: 'admin' };
  const file = join(home, 'trino.connection.json');
  const table = 'hive.information_schema.columns';
  const validate = ['validate', 'row', '-sc', 'trino', '-tc', 'trino', '-tbls', `${table}=${table}`];
  const row = [...validate, '--primary-keys', 'column_name', '--hash', '*'];

  const added = await command.run('connections', 'add', '-c', 'trino', 'Trino', '--host', server, '--port', port);
  writeFileSync(file, JSON.stringify({ source_type: 'Trino', ...at }));
  const written = await command.run(...row);
  writeFileSync(file, JSON.stringify({ source_type: 'Trino', ...at, database: 'hive', schema: 'information_schema' }));
  const patched = startPythonCommand(
    { ...dataValidationPackage, entryPoint: 'data_validation_on_trino:main' },
    { PSO_DV_CONN_HOME: home, PYTHONPATH: import.meta.dirname },
  );
  const lent = await patched.run(...row);
  await patched.stop();
  rmSync(file);
  return [
    { way: '`connections add … Trino`', error: errorOf(added) },
    { way: 'a connection file with that source type', error: errorOf(written) },
    { way: "lending it Ibis's own backend of Trino", error: errorOf(lent) },
  ];
}

function errorOf({ status, stderr }: Ran): string {
  if (status === 0) throw new Error('data-validation has compared tables on Trino.');
  return shortened(
    lastError(stderr)
      .replaceAll('`', "'")
      .replace(/ \(choose from .*/, ''),
  );
}
