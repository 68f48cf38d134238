/** Lines of a help text: where a command finds its store. */
export const storeEnvironment: readonly string[] = [
  'DATABASE_URL       the store on a PostgreSQL server (docs/state.md)',
  'A2O_STATE_DIR      folder of the embedded store, without DATABASE_URL (default: ~/.local/state/aws2openstack)',
];
