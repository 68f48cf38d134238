import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { postgresqlPrograms, SystemDatabase } from '../test-env/database.js';
import type { LocalService } from './bundle.js';
import type { Places } from './places.js';

/** The system's PostgreSQL, in place of the bundle's container. */
export class LakehouseDatabase {
  private readonly server: SystemDatabase;
  private readonly programs: string;

  constructor(
    places: Places,
    private readonly port: number,
    private readonly password: string,
  ) {
    const programs = postgresqlPrograms(process.env['PATH'] ?? '');
    if (programs === undefined) throw new Error('PostgreSQL is missing. Run `apt-get install postgresql`.');
    this.programs = programs;
    const connection = { user: 'postgres', password, name: 'postgres', host: '127.0.0.1', port };
    this.server = new SystemDatabase(programs, { folder: places.folder }, connection);
  }

  /** Starts the server and creates the services' databases with the bundle's script. */
  async start({ folder }: LocalService, secrets: Readonly<Record<string, string>>): Promise<void> {
    await this.server.start();
    const connection = { PGHOST: '127.0.0.1', PGPORT: String(this.port), PGPASSWORD: this.password };
    const path = `${this.programs}${delimiter}${process.env['PATH']}`;
    const env = { ...process.env, ...secrets, ...connection, PATH: path };
    await promisify(execFile)('bash', [join(folder, 'create-databases.sh')], { env, timeout: 60_000 });
  }

  isRunning(): Promise<boolean> {
    return this.server.isRunning();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  removeData(): Promise<void> {
    return this.server.removeData();
  }
}
