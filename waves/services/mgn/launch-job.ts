import { DescribeJobsCommand, paginateDescribeJobLogItems, paginateDescribeJobs } from '@aws-sdk/client-mgn';
import type { Job, MgnClient } from '@aws-sdk/client-mgn';
import { VerificationError } from '../../machines/errors.js';
import type { Launch } from '../migration-service.js';
import { asking } from './failures.js';

/** Carried by every job that is started for a machine. */
export const jobTag = 'a2o_migration';

/** The newest job of a machine that was started since; a call whose answer was lost may have made one. */
export async function findJob(
  client: MgnClient,
  migrationId: string,
  initiatedBy: 'START_TEST' | 'START_CUTOVER' | 'TERMINATE',
  since: Date,
): Promise<Job | undefined> {
  return await asking('Listing the jobs of MGN', VerificationError, async () => {
    const found: Job[] = [];
    const filters = { fromDate: since.toISOString() };
    for await (const { items = [] } of paginateDescribeJobs({ client }, { filters }))
      found.push(...items.filter((job) => job.tags?.[jobTag] === migrationId && job.initiatedBy === initiatedBy));
    return found.sort((a, b) => (a.creationDateTime ?? '').localeCompare(b.creationDateTime ?? '')).at(-1);
  });
}

/** A job is COMPLETED although a server of it failed: the status of the launch is the server's own. */
export async function readLaunch(client: MgnClient, jobId: string, serverId: string): Promise<Launch> {
  const job = await readJob(client, jobId);
  const server = job.participatingServers?.find(({ sourceServerID }) => sourceServerID === serverId);
  switch (server?.launchStatus) {
    case 'LAUNCHED':
      return {
        is: 'ready',
        health: `instance ${server.launchedEc2InstanceID ?? '(unnamed)'} was launched by ${jobId}`,
      };
    case 'FAILED':
    case 'TERMINATED':
      return { is: 'failed', health: `${jobId} ${server.launchStatus}: ${await reasonOf(client, jobId)}` };
    case 'PENDING':
    case 'IN_PROGRESS':
    case undefined:
      if (job.status === 'COMPLETED')
        return {
          is: 'failed',
          health: `${jobId} ended without launching the machine: ${await reasonOf(client, jobId)}`,
        };
      return { is: 'waiting', health: `${jobId} is ${job.status ?? 'PENDING'}` };
  }
}

/** Whether a job has terminated the instance of a server: it is COMPLETED, too, where it could not. */
export async function readTermination(
  client: MgnClient,
  jobId: string,
  serverId: string,
): Promise<{ readonly is: 'terminated' | 'waiting' } | { readonly is: 'failed'; readonly why: string }> {
  const job = await readJob(client, jobId);
  if (job.status !== 'COMPLETED') return { is: 'waiting' };
  const server = job.participatingServers?.find(({ sourceServerID }) => sourceServerID === serverId);
  if (server?.launchStatus !== 'FAILED') return { is: 'terminated' };
  return { is: 'failed', why: await reasonOf(client, jobId) };
}

async function readJob(client: MgnClient, jobId: string): Promise<Job> {
  const { items = [] } = await asking(`Reading the job ${jobId} of MGN`, VerificationError, () =>
    client.send(new DescribeJobsCommand({ filters: { jobIDs: [jobId] } })),
  );
  if (items[0] === undefined) throw new VerificationError(`MGN no longer has the job ${jobId}.`);
  return items[0];
}

async function reasonOf(client: MgnClient, jobId: string): Promise<string> {
  return await asking(`Reading the log of the job ${jobId}`, VerificationError, async () => {
    let reason = 'its log names no error';
    for await (const { items = [] } of paginateDescribeJobLogItems({ client }, { jobID: jobId }))
      for (const { event, eventData } of items)
        if (eventData?.rawError !== undefined) reason = `${event ?? 'error'}: ${eventData.rawError}`;
    return reason;
  });
}
