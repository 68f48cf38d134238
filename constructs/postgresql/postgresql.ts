import { Construct } from 'constructs';
import { authorityMounts, certificateFile } from '../authority/index.js';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import { GeneratedSecret } from '../secrets/index.js';
import { configFolder, containerService, dataFolder } from '../service/index.js';
import type { Service } from '../service/index.js';
import { renderCreateDatabases } from './render-create-databases.js';
import { renderHba } from './render-hba.js';
import { replicationSteps } from './render-replication.js';
import { certificateMount, renderStart } from './render-start.js';

/** One PostgreSQL server that holds a database for each service. */
export interface PostgresqlProps {
  /** Prefix of the secrets' names. */
  readonly name: string;
  readonly image: string;
  /** Name or address under which other services reach it; that of the primary if there are several servers. */
  readonly host: string;
  /**
   * Address of the primary of several replicated servers.
   * @default one server
   */
  readonly primaryAddress?: string | undefined;
  /** Names of the databases. Each gets an owner of the same name. */
  readonly databases: readonly string[];
}

/** How a service opens its database. */
export interface DatabaseConnection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: GeneratedSecret['source'];
}

const databaseRules: readonly Rule<PostgresqlProps>[] = [
  {
    code: 'database-name',
    holds: ({ databases }) => databases.every((name) => /^[a-z][a-z0-9_]{0,62}$/.test(name)),
    message: ({ databases }) =>
      `One of the database names ${databases.join(', ')} is not valid; names must match [a-z][a-z0-9_]{0,62}.`,
    fix: 'Correct the name in `databases`.',
  },
];

export class Postgresql extends Construct {
  readonly service: Service;
  private readonly connections: Readonly<Record<string, DatabaseConnection>>;

  constructor(scope: Construct, id: string, props: PostgresqlProps) {
    super(scope, id);
    requireValid(this, databaseRules, props);
    const { host, name, databases } = props;
    const secretOf = (owner: string): GeneratedSecret['source'] =>
      new GeneratedSecret(this, `${owner}-password`, { name: `${name}-postgresql-${owner}` }).source;
    this.connections = Object.fromEntries(
      databases.map((database) => [
        database,
        { host, port: 5432, database, user: database, password: secretOf(database) },
      ]),
    );
    const { image, primaryAddress } = props;
    const replication =
      primaryAddress === undefined ? undefined : { host, primaryAddress, password: secretOf('replicator') };
    this.service = postgresqlService(image, secretOf('postgres'), Object.values(this.connections), replication);
  }

  connectionOf(database: string): DatabaseConnection {
    const connection = this.connections[database];
    if (connection === undefined) throw new Error(`there is no database ${database}`);
    return connection;
  }
}

interface Replication {
  /** The primary's name, which its certificate has. */
  readonly host: string;
  readonly primaryAddress: string;
  readonly password: GeneratedSecret['source'];
}

function postgresqlService(
  image: string,
  superuserPassword: GeneratedSecret['source'],
  connections: readonly DatabaseConnection[],
  replication: Replication | undefined,
): Service {
  const databases = connections.map(({ database }) => ({
    name: database,
    passwordVariable: `${database.toUpperCase()}_PASSWORD`,
  }));
  const isReplicated = replication !== undefined;
  return containerService({
    name: 'postgresql',
    description: 'PostgreSQL for the catalogs and the migration state',
    image,
    args: ['bash', '/etc/aws2openstack/start.sh'],
    files: {
      'create-databases.sh': renderCreateDatabases(databases, replication && replicationSteps),
      'start.sh': renderStart({ isReplicated }),
      'pg_hba.conf': renderHba({ isReplicated }),
    },
    mounts: {
      [`${dataFolder}/postgresql`]: '/var/lib/postgresql/data',
      [configFolder('postgresql')]: '/etc/aws2openstack:ro',
      [certificateFile]: `${certificateMount}:ro`,
      ...(isReplicated && authorityMounts),
    },
    environment: {
      // A sub-folder: a volume's own lost+found would make initdb refuse.
      PGDATA: '/var/lib/postgresql/data/pgdata',
      POSTGRES_INITDB_ARGS: '--auth-host=scram-sha-256 --data-checksums',
      PRIMARY_ADDRESS: replication?.primaryAddress,
      PRIMARY_HOST: replication?.host,
    },
    secrets: {
      POSTGRES_PASSWORD: superuserPassword,
      ...(replication && { REPLICATION_PASSWORD: replication.password }),
      ...Object.fromEntries(
        connections.map(({ password }, index) => [databases[index]?.passwordVariable ?? '', password]),
      ),
    },
    follows: ['authority'],
    before: [`/usr/bin/mkdir -p ${dataFolder}/postgresql`],
    after: ['/usr/bin/podman exec a2o-postgresql bash /etc/aws2openstack/create-databases.sh'],
  });
}
