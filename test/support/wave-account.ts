import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startLambdaBridge } from '../../environments/moto/lambda-bridge.js';
import type { LambdaBridge } from '../../environments/moto/lambda-bridge.js';
import { startMoto } from '../../environments/moto/moto.js';
import { sendRequest } from '../../clients/send-request.js';
import type { Moto } from '../../environments/moto/moto.js';
import { attentionPattern, requestedPattern } from '../../stacks/waves/event-patterns.js';
import { DetailStore } from '../../waves/aws/store/detail-store.js';
import { DynamoWaveStore } from '../../waves/aws/store/dynamo-wave-store.js';
import { machineMove, renderStateMachine } from '../../waves/state-machine/index.js';
import { AwsRecorder } from './aws-recorder.js';
import { listen } from './http-server.js';
import { MgnStub } from './mgn-stub.js';
import { clientSettings, createWaveStores, functionVariables, secretNames, waveNames } from './wave-cloud.js';

const bundles = join(import.meta.dirname, '..', '..', 'dist', 'lambda');
const account = 'eu-central-1:123456789012';
const maxReceiveCount = 3;

interface Queue {
  readonly url: string;
  readonly arn: string;
}

/**
 * The waves in moto, with the bundled functions: what AWS does between the services and moto does not (polling the queue,
 * starting executions for a rule) is done here.
 */
export class WaveAccount {
  readonly store: DynamoWaveStore;
  #running = true;
  #polling: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly moto: Moto,
    readonly mgn: MgnStub,
    readonly bridge: LambdaBridge,
    private readonly servers: readonly { stop(): Promise<void> }[],
    /** Method and path of calls of Cloud Migration Factory. */
    readonly factoryCalls: readonly string[],
    private readonly clients: { readonly sqs: SQSClient; readonly sfn: SFNClient },
    private readonly queues: Readonly<Record<'requests' | 'deadLetters' | 'starts' | 'told', Queue>>,
    private readonly stateMachine: string,
  ) {
    const settings = clientSettings(moto.endpoint);
    this.store = new DynamoWaveStore({
      client: new DynamoDBClient(settings),
      table: waveNames.table,
      details: new DetailStore(new S3Client({ ...settings, forcePathStyle: true }), waveNames.details),
    });
  }

  static async start(): Promise<WaveAccount> {
    const mgn = await new MgnStub().start();
    const factoryCalls: string[] = [];
    const outside = await listen((request, response) => {
      factoryCalls.push(`${request.method ?? ''} ${request.url ?? ''}`);
      response.end(JSON.stringify([{ server_id: '1', server_name: 'vm-whole' }]));
    });
    // The functions must know moto's port, and moto theirs: what is between them learns moto's when it has one.
    let motoEndpoint = '';
    const between = await AwsRecorder.start(() => motoEndpoint);
    const bridge = await startLambdaBridge(bundles, {
      ...functionVariables({ endpoint: between.url, mgn: mgn.url }, secretNames, outside.url),
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
    const moto = await startMoto({ lambda: bridge.endpoint });
    motoEndpoint = moto.endpoint;
    await sendRequest(new URL('/moto-api/config', moto.endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    await createWaveStores(moto.endpoint, outside.url);
    const settings = clientSettings(moto.endpoint);
    const clients = { sqs: new SQSClient(settings), sfn: new SFNClient(settings) };
    const deadLetters = await createQueue(clients.sqs, 'dead-letters');
    const queues = {
      deadLetters,
      requests: await createQueue(clients.sqs, 'requests', {
        VisibilityTimeout: '1',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount }),
      }),
      starts: await createQueue(clients.sqs, 'starts'),
      told: await createQueue(clients.sqs, 'told'),
    };
    const events = new EventBridgeClient(settings);
    await addRule(events, 'requested', requestedPattern, queues.starts.arn);
    await addRule(
      events,
      'told',
      { source: requestedPattern.source, 'detail-type': [{ prefix: 'machine.' }] },
      queues.told.arn,
    );
    await addRule(events, 'attention', attentionPattern, queues.told.arn);
    const { stateMachineArn = '' } = await clients.sfn.send(
      new CreateStateMachineCommand({
        name: 'acme-waves-dev',
        roleArn: 'arn:aws:iam::123456789012:role/acme-waves-dev-workflow',
        definition: JSON.stringify(hurried(renderStateMachine(machineMove, functionArn))),
      }),
    );
    const servers = [between, outside];
    const made = new WaveAccount(moto, mgn, bridge, servers, factoryCalls, clients, queues, stateMachineArn);
    made.#polling = Promise.all([made.#pollRequests(), made.#pollStarts()]);
    return made;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#polling;
    await this.moto.stop();
    await this.bridge.stop();
    await this.mgn.stop();
    for (const server of this.servers) await server.stop();
  }

  async send(body: string): Promise<void> {
    await this.clients.sqs.send(new SendMessageCommand({ QueueUrl: this.queues.requests.url, MessageBody: body }));
  }

  /** Bodies of the dead letters, when there are as many. */
  async deadLetters(count: number): Promise<readonly string[]> {
    return (await this.#taken(this.queues.deadLetters, count)).map(({ Body = '' }) => Body);
  }

  async deadLetterCount(): Promise<number> {
    const { Attributes } = await this.clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.queues.deadLetters.url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes ?? {}).reduce((sum, count) => sum + Number(count), 0);
  }

  /** Types of events on the bus so far, by machine. */
  async told(): Promise<readonly { readonly type: string; readonly migrationId: string }[]> {
    const messages = await this.#taken(this.queues.told, Infinity, 2_000);
    return messages.map(({ Body = '{}' }) => {
      const event = JSON.parse(Body) as { 'detail-type': string; detail: { migrationId: string } };
      return { type: event['detail-type'], migrationId: event.detail.migrationId };
    });
  }

  /** The first execution of a machine that ended. */
  async ended(migrationId: string, withinMs = 240_000): Promise<Execution> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      for (const arn of await this.executionsOf(migrationId)) {
        const { status = '', error } = await this.clients.sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
        if (status !== 'RUNNING') return { arn, status, error };
      }
      if (Date.now() > deadline)
        throw new Error(
          `${migrationId} did not end; it is ${(await this.store.read(migrationId))?.status ?? 'unknown'}`,
        );
      await delay(300);
    }
  }

  async executionsOf(migrationId: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { executions = [] } of paginateListExecutions(
      { client: this.clients.sfn },
      { stateMachineArn: this.stateMachine },
    ))
      for (const { executionArn = '', name = '' } of executions)
        if (name.startsWith(`${migrationId}--`)) found.push(executionArn);
    return found;
  }

  async history(executionArn: string): Promise<readonly HistoryEvent[]> {
    const all: HistoryEvent[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: this.clients.sfn }, { executionArn }))
      all.push(...events);
    return all;
  }

  async until(holds: () => Promise<boolean>, what: string, withinMs = 120_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`Not within ${withinMs / 1000} s: ${what}`);
      await delay(200);
    }
  }

  /** As Lambda's poller does: messages that the function names stay in the queue. */
  async #pollRequests(): Promise<void> {
    const { url } = this.queues.requests;
    while (this.#running) {
      const messages = await this.#receive(url);
      if (messages.length === 0) continue;
      const Records = messages.map(({ MessageId: messageId, Body: body }) => ({
        messageId,
        body,
        eventSource: 'aws:sqs',
      }));
      const answer = await this.#invoke('ingress_handler', { Records });
      const failed = (answer as { batchItemFailures: readonly { itemIdentifier: string }[] }).batchItemFailures;
      const names = new Set(failed.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId = '', ReceiptHandle = '' } of messages)
        if (!names.has(MessageId))
          await this.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    }
  }

  /** As EventBridge does with `$.detail` of events that the rule matches. */
  async #pollStarts(): Promise<void> {
    const { url } = this.queues.starts;
    let number = 0;
    while (this.#running)
      for (const { Body = '{}', ReceiptHandle = '' } of await this.#receive(url)) {
        const { detail } = JSON.parse(Body) as { detail: { migrationId: string } };
        const name = `${detail.migrationId}--${(number += 1)}`;
        const input = JSON.stringify(detail);
        await this.clients.sfn.send(new StartExecutionCommand({ stateMachineArn: this.stateMachine, name, input }));
        await this.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }
  }

  async #receive(QueueUrl: string): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
    const { Messages = [] } = await this.clients.sqs.send(command);
    if (Messages.length === 0) await delay(200);
    return Messages;
  }

  async #taken({ url }: Queue, count: number, withinMs = 60_000): Promise<readonly Message[]> {
    const found: Message[] = [];
    for (const deadline = Date.now() + withinMs; found.length < count && Date.now() < deadline;)
      for (const message of await this.#receive(url)) {
        found.push(message);
        const { ReceiptHandle = '' } = message;
        await this.clients.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }
    return found;
  }

  async #invoke(name: string, event: object): Promise<unknown> {
    const url = `${this.bridge.endpoint}/2015-03-31/functions/${name}/invocations`;
    const { content } = await sendRequest(new URL(url), { method: 'POST', headers: {}, body: JSON.stringify(event) });
    return JSON.parse(content) as unknown;
  }
}

export interface Execution {
  readonly arn: string;
  readonly status: string;
  readonly error: string | undefined;
}

function functionArn(handler: string): string {
  return `arn:aws:lambda:${account}:function:acme-waves-dev-${handler}`;
}

/** The same machine without the long waits: one second each, and retries after one second. */
function hurried(definition: object): object {
  const { States, ...machine } = definition as { States: Record<string, Record<string, unknown>> };
  const states = Object.entries(States).map(([name, { SecondsPath, Retry, ...state }]) => [
    name,
    {
      ...state,
      ...(SecondsPath !== undefined && { Seconds: 1 }),
      ...(Retry !== undefined && {
        Retry: (Retry as object[]).map((retry) => ({
          ...retry,
          IntervalSeconds: 1,
          MaxDelaySeconds: 2,
          JitterStrategy: 'NONE',
        })),
      }),
    },
  ]);
  return { ...machine, States: Object.fromEntries(states) as object };
}

async function createQueue(client: SQSClient, name: string, attributes: Record<string, string> = {}): Promise<Queue> {
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({ QueueName: `acme-waves-dev-${name}`, Attributes: attributes }),
  );
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl, arn: Attributes?.QueueArn ?? '' };
}

async function addRule(client: EventBridgeClient, name: string, pattern: object, target: string): Promise<void> {
  const EventBusName = waveNames.bus;
  await client.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }));
  await client.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets: [{ Id: name, Arn: target }] }));
}
