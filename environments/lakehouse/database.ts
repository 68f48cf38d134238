import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { postgresqlPrograms, SystemDatabase } from '../test-env/database.js';
import type { ServerConfiguration } from '../test-env/database.js';
import type { LocalService } from './bundle.js';
import type { Places } from './places.js';

/** How its superuser reaches it, with TLS alone. */
export interface DatabaseAccess {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** PEM of the authority of the lakehouse. */
  readonly ca: string;
  /** What its certificate names it. */
  readonly serverName: string;
}

interface LakehouseDatabaseProps {
  readonly places: Places;
  readonly port: number;
  /** Of the superuser. */
  readonly password: string;
  /** The folder of the machine's certificate. */
  readonly authority: string;
}

/**
 * The system's PostgreSQL, in place of the bundle's container: with the bundle's `pg_hba.conf` and the machine's
 * certificate.
 */
export class LakehouseDatabase {
  private readonly programs: string;

  constructor(private readonly props: LakehouseDatabaseProps) {
    const programs = postgresqlPrograms(process.env['PATH'] ?? '');
    if (programs === undefined) throw new Error('PostgreSQL is missing. Run `apt-get install postgresql`.');
    this.programs = programs;
  }

  get access(): DatabaseAccess {
    const { port, password, authority } = this.props;
    const ca = readFileSync(join(authority, 'ca.pem'), 'utf8');
    return { host: '127.0.0.1', port, user: 'postgres', password, ca, serverName: 'database' };
  }

  /** Starts the server and creates the services' databases with the bundle's script. */
  async start({ folder }: LocalService, secrets: Readonly<Record<string, string>>): Promise<void> {
    const { port, password, authority } = this.props;
    const clientEnvironment = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: join(authority, 'ca.pem') };
    await this.server({
      files: { 'pg_hba.conf': join(folder, 'pg_hba.conf'), 'server.pem': join(authority, 'server.pem') },
      settings: tlsSettings,
      clientEnvironment,
    }).start();
    const connection = { PGHOST: '127.0.0.1', PGPORT: String(port), PGPASSWORD: password, ...clientEnvironment };
    const path = `${this.programs}${delimiter}${process.env['PATH']}`;
    const env = { ...process.env, ...secrets, ...connection, PATH: path };
    await promisify(execFile)('bash', [join(folder, 'create-databases.sh')], { env, timeout: 60_000 });
  }

  isRunning(): Promise<boolean> {
    return this.server().isRunning();
  }

  stop(): Promise<void> {
    return this.server().stop();
  }

  removeData(): Promise<void> {
    return this.server().removeData();
  }

  private server(configuration?: ServerConfiguration): SystemDatabase {
    const { places, port, password } = this.props;
    const connection = { user: 'postgres', password, name: 'postgres', host: '127.0.0.1', port };
    return new SystemDatabase(this.programs, { folder: places.folder }, connection, configuration);
  }
}

/** Of the bundle's start.sh, for the server's own folder. Its socket, which asks for no password, is not for others. */
function tlsSettings(folder: string): string[] {
  const certificate = join(folder, 'server.pem');
  return [
    'ssl=on',
    `ssl_cert_file=${certificate}`,
    `ssl_key_file=${certificate}`,
    `hba_file=${join(folder, 'pg_hba.conf')}`,
    'unix_socket_permissions=0700',
  ];
}
