import { MgnClient } from '@aws-sdk/client-mgn';
import { json } from 'node:stream/consumers';
import { ec2Client } from '../../clients/ec2/index.js';
import type { Ec2Client } from '../../clients/ec2/index.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

type Input = Readonly<Record<string, unknown>>;

interface StubServer {
  readonly sourceServerID: string;
  readonly hints: Readonly<Record<string, string>>;
  state: string;
  replication: string;
  lag: string | undefined;
  isArchived: boolean;
  instance: { ec2InstanceID: string; jobID: string } | undefined;
  name: string | undefined;
}

interface StubJob {
  readonly jobID: string;
  readonly initiatedBy: string;
  readonly serverId: string;
  readonly creationDateTime: string;
  readonly tags: Readonly<Record<string, string>>;
  /** How often it is asked for before it ends. */
  left: number;
  launchStatus: string;
}

interface Refused {
  readonly status: number;
  readonly type: string;
}

const region = 'eu-central-1';
const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
const noLag = undefined;
const totalBytes = 8_589_934_592;

/**
 * A stub of AWS Application Migration Service, not the service: it answers on 127.0.0.1 in MGN's REST JSON protocol, keeps
 * the life cycle of servers, and refuses what MGN's documentation says that it refuses. EC2's launch templates are answered
 * in its Query protocol.
 */
export class MgnStub {
  readonly asked: { readonly action: string; readonly input: Input }[] = [];
  readonly servers = new Map<string, StubServer>();
  readonly jobs: StubJob[] = [];
  readonly templates: { readonly settings: Readonly<Record<string, string>>; isDefault: boolean }[] = [];
  /** Answers to a request in place of the service. */
  refuse: (action: string, input: Input) => Refused | undefined = () => undefined;
  /** Changes what the service answers. */
  alter: (action: string, answer: object) => object = (_action, answer) => answer;
  /** Does what the request asks for, and loses the answer. */
  loseAnswer: (action: string) => boolean = () => false;
  /** How often a job is asked for before it ends. */
  polls = 1;
  /** How a launch ends. */
  launchEnd = 'LAUNCHED';
  /** How a termination ends. */
  terminationEnd = 'TERMINATED';
  /** Of answers that are lists. */
  pageSize = 50;
  #server: LocalServer | undefined;

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    this.#server = await listen((request, response) => {
      const isEc2 = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
      const answer = (input: Input, action: string): void => {
        this.asked.push({ action, input });
        const refused = this.refuse(action, input) ?? (isEc2 ? undefined : this.#refusal(action, input));
        if (refused !== undefined) {
          response.writeHead(refused.status, { 'x-amzn-errortype': refused.type, 'content-type': 'application/json' });
          response.end(
            isEc2 ? `<Code>${refused.type}</Code><Message>No.</Message>` : JSON.stringify({ message: 'No.' }),
          );
          return;
        }
        const answered = isEc2
          ? this.#ec2(action, input)
          : JSON.stringify(this.alter(action, this.#answer(action, input)));
        if (this.loseAnswer(action)) {
          request.socket.destroy();
          return;
        }
        response.writeHead(200, { 'content-type': isEc2 ? 'text/xml' : 'application/json' });
        response.end(answered);
      };
      if (!isEc2) {
        void json(request).then((input) => {
          answer(input as Input, request.url?.slice(1) ?? '');
        });
        return;
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const input = Object.fromEntries(new URLSearchParams(body));
        answer(input, input['Action'] ?? '');
      });
    });
    return this;
  }

  client(): MgnClient {
    return new MgnClient({ endpoint: this.url, region, credentials, maxAttempts: 1 });
  }

  ec2(): Ec2Client {
    return ec2Client({ endpoint: this.url, region, credentials }, { attempts: 1, firstDelayMs: 1, longestDelayMs: 1 });
  }

  stop(): Promise<void> | undefined {
    return this.#server?.stop();
  }

  add(number: number, changes: Partial<StubServer> = {}): StubServer {
    const sourceServerID = `s-${String(number).padStart(17, '0')}`;
    const server: StubServer = {
      sourceServerID,
      hints: { hostname: `web-${number}`, fqdn: `web-${number}.acme.example` },
      state: 'READY_FOR_TEST',
      replication: 'CONTINUOUS',
      lag: 'PT12S',
      isArchived: false,
      instance: undefined,
      name: undefined,
      ...changes,
    };
    this.servers.set(sourceServerID, server);
    return server;
  }

  inputsOf(action: string): readonly Input[] {
    return this.asked.filter((each) => each.action === action).map(({ input }) => input);
  }

  #one(input: Input): StubServer | undefined {
    const ids = input['sourceServerIDs'] as readonly string[] | undefined;
    return this.servers.get(ids?.[0] ?? (input['sourceServerID'] as string));
  }

  /** Source: AWS Application Migration Service API reference, 'Errors' of each action. */
  #refusal(action: string, input: Input): Refused | undefined {
    if (action.startsWith('Describe')) return undefined;
    const server = this.#one(input);
    if (server === undefined) return { status: 404, type: 'ResourceNotFoundException' };
    const conflict = { status: 409, type: 'ConflictException' };
    const isBusy = this.jobs.some(({ serverId, left }) => serverId === server.sourceServerID && left > 0);
    switch (action) {
      case 'StartTest':
        return isBusy || server.state !== 'READY_FOR_TEST' ? conflict : undefined;
      case 'StartCutover':
        return isBusy || server.state !== 'READY_FOR_CUTOVER' ? conflict : undefined;
      case 'FinalizeCutover':
        return isBusy || server.state !== 'CUTTING_OVER' ? conflict : undefined;
      case 'ChangeServerLifeCycleState':
        return isBusy || server.lag === undefined ? conflict : undefined;
      default:
        return undefined;
    }
  }

  #answer(action: string, input: Input): object {
    const server = this.#one(input);
    if (server !== undefined) return this.#answerFor(server, action, input);
    switch (action) {
      case 'DescribeSourceServers':
        return this.#page(this.#filtered(input).map(describe), input);
      case 'DescribeJobs':
        return this.#page(this.#jobsFor(input), input);
      case 'DescribeJobLogItems':
        return { items: [{ event: 'LAUNCH_FAILED', eventData: { rawError: 'Not enough capacity.' } }] };
      default:
        throw new Error(`The stub does not know ${action} without a server`);
    }
  }

  #answerFor(server: StubServer, action: string, input: Input): object {
    switch (action) {
      case 'GetLaunchConfiguration':
        return {
          sourceServerID: server.sourceServerID,
          ec2LaunchTemplateID: `lt-${server.sourceServerID.slice(2)}`,
        };
      case 'UpdateLaunchConfiguration':
        server.name = input['name'] as string;
        return {};
      case 'StartTest':
      case 'StartCutover':
      case 'TerminateTargetInstances':
        return { job: this.#startJob(action, server, input) };
      case 'ChangeServerLifeCycleState':
        server.state = (input['lifeCycle'] as { state: string }).state;
        return {};
      case 'FinalizeCutover':
        Object.assign(server, { state: 'CUTOVER', replication: 'DISCONNECTED', lag: noLag });
        return {};
      case 'StartReplication':
      case 'ResumeReplication':
      case 'RetryDataReplication':
        Object.assign(server, { replication: 'CONTINUOUS', lag: 'PT0S' });
        return {};
      default:
        throw new Error(`The stub does not know ${action}`);
    }
  }

  #filtered(input: Input): readonly StubServer[] {
    const { sourceServerIDs } = (input['filters'] ?? {}) as { sourceServerIDs?: readonly string[] };
    return [...this.servers.values()].filter(
      ({ sourceServerID, isArchived }) => sourceServerIDs?.includes(sourceServerID) ?? !isArchived,
    );
  }

  #jobsFor(input: Input): readonly object[] {
    const { jobIDs, fromDate } = (input['filters'] ?? {}) as { jobIDs?: readonly string[]; fromDate?: string };
    const found = this.jobs.filter(
      ({ jobID, creationDateTime }) =>
        (jobIDs?.includes(jobID) ?? true) && (fromDate === undefined || creationDateTime >= fromDate),
    );
    // Only who asks for a job sees it go on.
    if (jobIDs !== undefined) for (const job of found) this.#goOn(job);
    return found.map((job) => this.#describeJob(job));
  }

  #goOn(job: StubJob): void {
    if (job.left === 0) return;
    job.left -= 1;
    if (job.left > 0) return;
    const server = this.servers.get(job.serverId);
    if (server === undefined) return;
    if (job.initiatedBy === 'TERMINATE') {
      job.launchStatus = this.terminationEnd;
      if (this.terminationEnd === 'TERMINATED') server.instance = undefined;
      return;
    }
    job.launchStatus = this.launchEnd;
    if (this.launchEnd === 'LAUNCHED')
      server.instance = {
        ec2InstanceID: `i-${String(this.jobs.indexOf(job) + 1).padStart(17, '0')}`,
        jobID: job.jobID,
      };
  }

  #startJob(action: string, server: StubServer, input: Input): object {
    const initiatedBy = { StartTest: 'START_TEST', StartCutover: 'START_CUTOVER' }[action] ?? 'TERMINATE';
    const job: StubJob = {
      jobID: `mgnjob-${String(this.jobs.length + 1).padStart(17, '0')}`,
      initiatedBy,
      serverId: server.sourceServerID,
      creationDateTime: new Date().toISOString(),
      tags: (input['tags'] ?? {}) as Record<string, string>,
      left: this.polls,
      launchStatus: 'PENDING',
    };
    this.jobs.push(job);
    if (initiatedBy === 'START_TEST') server.state = 'TESTING';
    if (initiatedBy === 'START_CUTOVER') server.state = 'CUTTING_OVER';
    return this.#describeJob(job);
  }

  #describeJob({ jobID, initiatedBy, serverId, creationDateTime, tags, left, launchStatus }: StubJob): object {
    const launchedEc2InstanceID = this.servers.get(serverId)?.instance?.ec2InstanceID;
    return {
      jobID,
      initiatedBy,
      creationDateTime,
      tags,
      // Also where the launch of its server failed.
      status: left === 0 ? 'COMPLETED' : 'STARTED',
      participatingServers: [{ sourceServerID: serverId, launchStatus, launchedEc2InstanceID }],
    };
  }

  #page(items: readonly object[], input: Input): object {
    const from = Number(input['nextToken'] ?? 0);
    const next = from + this.pageSize;
    return { items: items.slice(from, next), ...(next < items.length && { nextToken: String(next) }) };
  }

  #ec2(action: string, input: Input): string {
    const settings = input as Readonly<Record<string, string>>;
    if (action === 'ModifyLaunchTemplate') {
      const version = Number(settings['SetDefaultVersion']);
      for (const [index, template] of this.templates.entries()) template.isDefault = index + 1 === version;
      return '<ModifyLaunchTemplateResponse></ModifyLaunchTemplateResponse>';
    }
    if (action === 'DescribeInstances')
      return '<DescribeInstancesResponse><reservationSet><item><instancesSet><item><privateIpAddress>10.20.0.21</privateIpAddress><networkInterfaceSet><item><ipv6AddressesSet><item><ipv6Address>2001:db8::21</ipv6Address></item></ipv6AddressesSet></item></networkInterfaceSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>';
    const token = settings['ClientToken'];
    const same = this.templates.findIndex((template) => template.settings['ClientToken'] === token);
    const version = same >= 0 ? same + 1 : this.templates.push({ settings, isDefault: false });
    return `<CreateLaunchTemplateVersionResponse><launchTemplateVersion><versionNumber>${version}</versionNumber></launchTemplateVersion></CreateLaunchTemplateVersionResponse>`;
  }
}

function describe({ sourceServerID, hints, state, replication, lag, isArchived, instance }: StubServer): object {
  return {
    sourceServerID,
    isArchived,
    sourceProperties: { identificationHints: hints },
    lifeCycle: { state },
    launchedInstance: instance,
    dataReplicationInfo: {
      dataReplicationState: replication,
      lagDuration: lag,
      replicatedDisks: [
        { deviceName: '/dev/sda', totalStorageBytes: totalBytes, replicatedStorageBytes: totalBytes / 2 },
      ],
    },
  };
}
