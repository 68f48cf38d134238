/** What a later version does on purpose otherwise with the same files; the CHANGELOG tells it. */
export interface Changes {
  /** Keys of assets with another outcome or another destination. */
  readonly plan: readonly string[];
  /** Addresses of resources that are gone or renamed, by stack. */
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Resources that Terraform creates anew, with the argument that demands it, by stack. */
  readonly replaced: Readonly<Record<string, readonly string[]>>;
}

const changes: Readonly<Record<string, Changes>> = {
  // The bucket of an S3 table is Amazon's own and is not copied; the default mapping's Iceberg catalog is Polaris, and was
  // Lakekeeper: `server: lakekeeper` in the mapping keeps it.
  first: {
    plan: ['bucket:63a8e430-6e0b-46f5-k833abtwr6s8tmtsycedn8s4yc3xhuse1b--table-s3'],
    addresses: {
      lakehouse: ['openstack_keymanager_order_v1.Services_Postgresql_lakekeeper-password_29905902'],
      'lakehouse-storage': [
        'openstack_objectstorage_container_v1.bucket-63a8e430-6e0b-46f5-k833abtwr6s8tm-853813b0af_E27964BC',
      ],
    },
    replaced: {
      lakehouse: [
        'openstack_keymanager_order_v1.Services_IcebergRestCatalog_Secret_50F3F1B0 meta',
        'openstack_keymanager_order_v1.Services_IcebergRestCatalog_Secret_50F3F1B0 meta.name',
      ],
    },
  },
};

export function changesSince(fixture: string): Changes {
  return changes[fixture] ?? { plan: [], addresses: {}, replaced: {} };
}
