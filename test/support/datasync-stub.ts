import { DataSyncClient } from '@aws-sdk/client-datasync';
import { json } from 'node:stream/consumers';
import type { WorkBucket } from '../../migration/copy/datasync/work-bucket.js';
import { listen } from './http-server.js';
import type { LocalServer } from './http-server.js';
import type { MemoryS3, StoredObject } from './memory-s3.js';

type Input = Readonly<Record<string, unknown>>;

interface Task {
  readonly input: Input;
  readonly executions: Execution[];
}

interface Execution {
  readonly arn: string;
  steps: string[];
}

/**
 * Answers as the API of DataSync does, in its JSON protocol, and copies what a manifest lists between two stores in memory.
 * Locations of object storage and reports are what moto does not have.
 */
export class DataSyncStub implements WorkBucket {
  readonly asked: { readonly action: string; readonly input: Input }[] = [];
  readonly locations = new Map<string, string>();
  readonly tasks = new Map<string, Task>();
  /** The work bucket. */
  readonly files = new Map<string, string>();
  /** States that an execution goes through, one each time it is asked for. */
  steps = ['LAUNCHING', 'TRANSFERRING', 'SUCCESS'];
  /** Answers to a request in place of the service. */
  refuse: (action: string) => { readonly status: number; readonly type: string } | undefined = () => undefined;
  /** What arrives at the target; a text says why nothing does. */
  instead: (key: string, object: StoredObject) => StoredObject | string = (_, object) => object;
  #server: LocalServer | undefined;

  constructor(
    private readonly source: MemoryS3,
    private readonly target: MemoryS3,
  ) {}

  async start(): Promise<this> {
    this.#server = await listen((request, response) => {
      const action = (request.headers['x-amz-target'] as string).split('.')[1] ?? '';
      void json(request).then((input) => {
        this.asked.push({ action, input: input as Input });
        const refused = this.refuse(action);
        const answer =
          refused === undefined ? this.#answer(action, input as Input) : { __type: refused.type, message: 'No.' };
        response.writeHead(refused?.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(answer));
      });
    });
    return this;
  }

  client(): DataSyncClient {
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    return new DataSyncClient({ endpoint: this.#server?.url ?? '', region: 'us-east-1', credentials, maxAttempts: 1 });
  }

  stop(): Promise<void> | undefined {
    return this.#server?.stop();
  }

  inputsOf(action: string): readonly Input[] {
    return this.asked.filter((each) => each.action === action).map(({ input }) => input);
  }

  put(key: string, text: string): Promise<void> {
    this.files.set(key, text);
    return Promise.resolve();
  }

  texts(prefix: string): Promise<readonly string[]> {
    return Promise.resolve([...this.files].flatMap(([key, text]) => (key.startsWith(prefix) ? [text] : [])));
  }

  #answer(action: string, input: Input): object {
    switch (action) {
      case 'ListLocations':
        return { Locations: [...this.locations].map(([LocationUri, LocationArn]) => ({ LocationUri, LocationArn })) };
      case 'CreateLocationS3':
        return this.#located(`s3://${String(input['S3BucketArn']).split(':::')[1] ?? ''}/`);
      case 'CreateLocationObjectStorage':
        return this.#located(`object-storage://${String(input['ServerHostname'])}/${String(input['BucketName'])}/`);
      case 'ListTasks':
        return { Tasks: [...this.tasks].map(([TaskArn, task]) => ({ TaskArn, Name: task.input['Name'] })) };
      case 'CreateTask': {
        const TaskArn = `task-${this.inputsOf('CreateTask').length}`;
        this.tasks.set(TaskArn, { input, executions: [] });
        return { TaskArn };
      }
      case 'DeleteTask':
        this.tasks.delete(String(input['TaskArn']));
        return {};
      case 'DescribeTask':
        return { CurrentTaskExecutionArn: this.tasks.get(String(input['TaskArn']))?.executions.at(-1)?.arn };
      case 'StartTaskExecution':
        return { TaskExecutionArn: this.#execute(String(input['TaskArn'])) };
      case 'DescribeTaskExecution': {
        const steps = this.#execution(String(input['TaskExecutionArn']))?.steps ?? [];
        const [Status] = steps.length > 1 ? steps.splice(0, 1) : steps;
        const Result = Status === 'ERROR' ? { ErrorCode: 'AccessDenied', ErrorDetail: 'The bucket.' } : {};
        return { Status, Result };
      }
      default:
        return {};
    }
  }

  #located(uri: string): object {
    this.locations.set(uri, `location-of-${uri}`);
    return { LocationArn: this.locations.get(uri) };
  }

  #execution(arn: string): Execution | undefined {
    return [...this.tasks.values()].flatMap(({ executions }) => executions).find((each) => each.arn === arn);
  }

  #execute(taskArn: string): string {
    const task = this.tasks.get(taskArn);
    const arn = `${taskArn}/execution-${(task?.executions.length ?? 0) + 1}`;
    task?.executions.push({ arn, steps: [...this.steps] });
    const { ManifestConfig, TaskReportConfig, SourceLocationArn, DestinationLocationArn } = task?.input as {
      readonly ManifestConfig: { readonly Source: { readonly S3: { readonly ManifestObjectPath: string } } };
      readonly TaskReportConfig: { readonly Destination: { readonly S3: { readonly Subdirectory: string } } };
      readonly SourceLocationArn: string;
      readonly DestinationLocationArn: string;
    };
    const [from, to] = [SourceLocationArn, DestinationLocationArn].map((location) => location.split('/').at(-2) ?? '');
    const lines = this.files.get(ManifestConfig.Source.S3.ManifestObjectPath) ?? '';
    const Transferred = lines.split('\n').flatMap((line) => {
      if (line === '') return [];
      const [key = '', version] = JSON.parse(`[${line.replaceAll('""', '\\"')}]`) as readonly string[];
      const object = this.source.objects.get(`${from ?? ''}/${key}${version === undefined ? '' : `?${version}`}`);
      const arrived = object === undefined ? 'NotFound' : this.instead(key, object);
      if (typeof arrived === 'string')
        return [{ RelativePath: `/${key}`, TransferStatus: 'FAILED', FailureReason: arrived }];
      this.target.objects.set(`${to ?? ''}/${key}`, arrived);
      return [{ RelativePath: `/${key}`, TransferStatus: 'SUCCESS' }];
    });
    const report = `${TaskReportConfig.Destination.S3.Subdirectory}Detailed-Reports/files-transferred.json`;
    this.files.set(report, JSON.stringify({ TaskExecutionId: arn, Transferred }));
    return arn;
  }
}
