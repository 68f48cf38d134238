import { request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';

/** What IAM is asked for one call: an action on a resource. */
export interface RecordedCall {
  readonly action: string;
  /** ARN, or `*` where the action knows none. */
  readonly resource: string;
}

const place = 'eu-central-1:123456789012';

type Body = Readonly<Record<string, unknown>>;

/**
 * Passes requests of AWS clients on, and records what IAM would be asked for each. Those of DynamoDB go one after the other:
 * a transaction that moto cancels takes back what others have written meanwhile.
 */
export class AwsRecorder {
  readonly calls: RecordedCall[] = [];
  #server: LocalServer | undefined;
  #last: Promise<void> = Promise.resolve();

  private constructor(private readonly targetOf: (service: string) => string) {}

  static async start(targetOf: (service: string) => string): Promise<AwsRecorder> {
    const recorder = new AwsRecorder(targetOf);
    recorder.#server = await listen((request, response) => {
      void buffer(request).then(async (body) => {
        const service = serviceOf(request);
        recorder.calls.push(...callsOf(service, request, body.toString()));
        const pass = (): Promise<void> => recorder.#pass(service, request, response, body);
        if (service !== 'dynamodb') await pass();
        else await (recorder.#last = recorder.#last.then(pass));
      });
    });
    return recorder;
  }

  #pass(service: string, request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const url = new URL(request.url ?? '/', this.targetOf(service));
    const options = { method: request.method, headers: { ...request.headers, host: url.host } };
    return new Promise((passed) => {
      forward(url, options, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        answer.on('close', passed);
      })
        .on('error', () => {
          request.socket.destroy();
          passed();
        })
        .end(body);
    });
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}

/** From the scope of the signature. */
function serviceOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}

function callsOf(service: string, { url = '/', method, headers }: IncomingMessage, body: string): RecordedCall[] {
  const path = url.split('?')[0]?.slice(1) ?? '';
  const operation = String(headers['x-amz-target'] ?? '').split('.')[1] ?? '';
  switch (service) {
    case 's3':
      return [{ action: `s3:${method === 'PUT' ? 'PutObject' : 'GetObject'}`, resource: `arn:aws:s3:::${path}` }];
    case 'dynamodb':
      return dynamoCalls(operation, JSON.parse(body) as Body);
    case 'events': {
      const [entry] = (JSON.parse(body) as { Entries: { EventBusName: string }[] }).Entries;
      return [
        { action: `events:${operation}`, resource: `arn:aws:events:${place}:event-bus/${entry?.EventBusName ?? ''}` },
      ];
    }
    case 'secretsmanager':
      return [{ action: `secretsmanager:${operation}`, resource: (JSON.parse(body) as { SecretId: string }).SecretId }];
    case 'mgn':
      return mgnCalls(path, JSON.parse(body) as Body);
    case 'ec2': {
      const input = new URLSearchParams(body);
      if (input.get('Action') === 'DescribeInstances') return [{ action: 'ec2:DescribeInstances', resource: '*' }];
      const template = input.get('LaunchTemplateId') ?? '';
      return [
        { action: `ec2:${input.get('Action') ?? ''}`, resource: `arn:aws:ec2:${place}:launch-template/${template}` },
      ];
    }
    case 'route53':
      return [route53Call(path, method ?? '')];
    default:
      return [{ action: `${service}:${operation}`, resource: '*' }];
  }
}

const ofTransaction = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
};

/** A transaction needs the permissions of what it does. Source: Amazon DynamoDB Developer Guide, 'IAM for transactions'. */
function dynamoCalls(operation: string, body: Body): RecordedCall[] {
  const table = (name: unknown): string => `arn:aws:dynamodb:${place}:table/${String(name)}`;
  if (operation === 'TransactWriteItems')
    return (body['TransactItems'] as Record<string, { TableName: string }>[]).flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => ({
        action: `dynamodb:${ofTransaction[kind as keyof typeof ofTransaction]}`,
        resource: table(TableName),
      })),
    );
  const index = typeof body['IndexName'] === 'string' ? `/index/${body['IndexName']}` : '';
  return [{ action: `dynamodb:${operation}`, resource: `${table(body['TableName'])}${index}` }];
}

function route53Call(path: string, method: string): RecordedCall {
  const [, kind = '', id = ''] = path.split('/');
  if (kind === 'change') return { action: 'route53:GetChange', resource: `arn:aws:route53:::change/${id}` };
  const action = method === 'POST' ? 'ChangeResourceRecordSets' : 'ListResourceRecordSets';
  return { action: `route53:${action}`, resource: `arn:aws:route53:::hostedzone/${id}` };
}

function mgnCalls(operation: string, body: Body): RecordedCall[] {
  const ids = (body['sourceServerIDs'] ?? [body['sourceServerID']]) as readonly string[];
  const isList = operation.startsWith('Describe');
  const calls = isList
    ? [{ action: `mgn:${operation}`, resource: '*' }]
    : ids.map((id) => ({ action: `mgn:${operation}`, resource: `arn:aws:mgn:${place}:source-server/${id}` }));
  const job = { action: 'mgn:TagResource', resource: `arn:aws:mgn:${place}:job/mgnjob-00000000000000001` };
  return body['tags'] === undefined ? calls : [...calls, job];
}
