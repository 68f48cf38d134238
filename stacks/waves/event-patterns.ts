/** `source` of every event of the waves. */
export const eventSource = 'aws2openstack.waves';

/** Starts the execution of a machine, with `detail` as its input. */
export const requestedPattern = {
  source: [eventSource],
  'detail-type': ['machine.requested'],
  detail: { migrationId: [{ exists: true }], correlationId: [{ exists: true }] },
};

/** Machines that wait for a person. */
export const attentionPattern = {
  source: [eventSource],
  'detail-type': ['machine.rollback-failed', 'machine.needs-attention'],
};
