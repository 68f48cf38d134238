import { DescribeSourceServersCommand, paginateDescribeSourceServers } from '@aws-sdk/client-mgn';
import type { MgnClient, SourceServer } from '@aws-sdk/client-mgn';
import { PrerequisiteError } from '../../machines/errors.js';
import { asking } from './failures.js';

const idPattern = /^s-[0-9a-f]{17}$/;

/**
 * The server of MGN that stands for a machine: by its id, or by what its agent told about it (instance of EC2, UUID of
 * VMware, host name). Throws a PrerequisiteError where there is none, or more than one.
 */
export async function findServer(
  client: MgnClient,
  sourceVmId: string,
): Promise<SourceServer & { sourceServerID: string }> {
  if (idPattern.test(sourceVmId)) return await readServer(client, sourceVmId);
  const found = await asking('Listing the source servers of MGN', PrerequisiteError, async () => {
    const servers: SourceServer[] = [];
    for await (const { items = [] } of paginateDescribeSourceServers({ client }, { filters: { isArchived: false } }))
      servers.push(...items.filter((server) => isNamed(server, sourceVmId)));
    return servers;
  });
  const [server] = found;
  if (server?.sourceServerID === undefined)
    throw new PrerequisiteError(
      `MGN knows no source server '${sourceVmId}'. Install the replication agent on it, or put its MGN id into sourceVmId.`,
    );
  if (found.length > 1)
    throw new PrerequisiteError(
      `MGN knows ${found.length} source servers '${sourceVmId}'. Put the MGN id of one (s-…) into sourceVmId.`,
    );
  return { ...server, sourceServerID: server.sourceServerID };
}

/** Throws a PrerequisiteError for a server that MGN no longer has. */
export async function readServer(client: MgnClient, id: string): Promise<SourceServer & { sourceServerID: string }> {
  const { items = [] } = await asking(`Reading the source server ${id}`, PrerequisiteError, () =>
    client.send(new DescribeSourceServersCommand({ filters: { sourceServerIDs: [id] } })),
  );
  const [server] = items;
  if (server === undefined) throw new PrerequisiteError(`MGN has no source server ${id} in this account and region.`);
  return { ...server, sourceServerID: id };
}

/** How many servers replicate, of those that the quota counts. */
export async function countReplicating(client: MgnClient): Promise<number> {
  return await asking('Counting the replicating servers of MGN', PrerequisiteError, async () => {
    let count = 0;
    for await (const { items = [] } of paginateDescribeSourceServers({ client }, { filters: { isArchived: false } }))
      count += items.filter(isReplicating).length;
    return count;
  });
}

const idleStates: readonly (string | undefined)[] = [undefined, 'STOPPED', 'DISCONNECTED'];

export function isReplicating({ dataReplicationInfo }: SourceServer): boolean {
  return !idleStates.includes(dataReplicationInfo?.dataReplicationState);
}

function isNamed({ sourceProperties, userProvidedID }: SourceServer, name: string): boolean {
  const { fqdn, hostname, vmWareUuid, awsInstanceID, vmPath } = sourceProperties?.identificationHints ?? {};
  return [fqdn, hostname, vmWareUuid, awsInstanceID, vmPath, userProvidedID].includes(name);
}
