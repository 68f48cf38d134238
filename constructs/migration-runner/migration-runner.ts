import { Construct } from 'constructs';
import { authorityMount, authorityMounts } from '../authority/index.js';
import { requireValid } from '../common/rules.js';
import type { Rule } from '../common/rules.js';
import type { ObjectStoreAccess } from '../object-store/index.js';
import { clientTls } from '../postgresql/index.js';
import type { DatabaseConnection } from '../postgresql/index.js';
import type { SecretSource } from '../secrets/index.js';
import { containerService, oneShotCommand } from '../service/index.js';
import type { Service } from '../service/index.js';
import { systemTrust } from '../trust/index.js';
import type { ContainerTrust } from '../trust/index.js';

/** A machine's migration workers: `aws2openstack migrate worker`, which idles while the store has no jobs. */
export interface MigrationRunnerProps {
  /** The image of the product that `docker/` builds, pinned by digest. */
  readonly image: string;
  /** The store: jobs, their checkpoints and what became of them. */
  readonly database: DatabaseConnection;
  /** Of the Trino user `migration`. */
  readonly trinoPassword: SecretSource;
  /** Name of the Barbican secret that holds `ACCESS_KEY:SECRET_KEY` of the source, which only needs to read. */
  readonly sourceSecret: string;
  /** Of the target; its key pair writes the data's buckets. */
  readonly objectStore: Pick<ObjectStoreAccess, 'credentialsSecret'>;
  /**
   * Authorities of the object store, Keystone and Trino.
   * @default those of the image
   */
  readonly trust?: ContainerTrust;
}

const runnerRules: readonly Rule<MigrationRunnerProps>[] = [
  {
    code: 'runner-image-not-pinned',
    holds: ({ image }) => /@sha256:[0-9a-f]{64}$/.test(image),
    message: ({ image }) => `The runner's image ${image} is not pinned by its digest, so its content may change.`,
    fix: 'Set `target.runner.image` to NAME@sha256:DIGEST, as `docker push` prints the digest.',
  },
];

const name = 'migration-runner';
/** On the machine; what only the operator knows, such as a private authority of the object store. */
const operatorFolder = '/etc/aws2openstack/runner';

/** Neither root nor the user that operators sign in as. */
const user = '20001:20001';

export class MigrationRunner extends Construct {
  readonly service: Service;

  constructor(scope: Construct, id: string, props: MigrationRunnerProps) {
    super(scope, id);
    requireValid(this, runnerRules, props);
    const { image, objectStore, sourceSecret, trust = systemTrust } = props;
    const container = {
      name,
      image,
      options: [
        `--user ${user}`,
        '--read-only',
        '--cap-drop all',
        '--security-opt no-new-privileges',
        `--env-file ${operatorFolder}/settings.env`,
      ],
      mounts: {
        ...authorityMounts,
        [operatorFolder]: `${operatorFolder}:ro`,
        ...trust.mounts,
      },
    };
    this.service = containerService({
      ...container,
      description: 'Migration workers',
      args: ['migrate', 'worker', '--processes', 'cores'],
      environment: {
        A2O_TRINO_CA_FILE: authorityMount,
        DATABASE_URL: storeUrl(props.database),
        ...trust.pemSettings,
      },
      secrets: {
        A2O_TARGET_ACCESS_KEY_ID: { type: 'named', name: objectStore.credentialsSecret, part: 0 },
        A2O_TARGET_SECRET_ACCESS_KEY: { type: 'named', name: objectStore.credentialsSecret, part: 1 },
        A2O_TRINO_PASSWORD: props.trinoPassword,
        AWS_ACCESS_KEY_ID: { type: 'named', name: sourceSecret, part: 0 },
        AWS_SECRET_ACCESS_KEY: { type: 'named', name: sourceSecret, part: 1 },
        PGPASSWORD: props.database.password,
      },
      follows: ['authority', 'postgresql', ...trust.follows],
      before: [
        `/usr/bin/mkdir -p ${operatorFolder}`,
        `/usr/bin/touch ${operatorFolder}/settings.env`,
        oneShotCommand({ ...container, args: ['state', 'migrate'] }),
      ],
    });
  }
}

/** Without the password. Each process works on four tables at a time, and keeps one connection for its queue. */
function storeUrl({ host, port, database, user: role }: DatabaseConnection): string {
  return `postgresql://${role}@${host}:${port}/${database}?${clientTls}&application_name=${name}&pool_max_conns=5`;
}
