import type { WaveParts } from './wave-monitoring.js';

type Metric = readonly (string | object)[];

const [columns, width, height] = [24, 12, 6];

/** Source: Amazon CloudWatch API reference, 'Dashboard body structure and syntax'. */
export function renderDashboard(parts: WaveParts): string {
  const { region } = parts;
  const widgets = graphs(parts).map(({ title, metrics, stat }, index) => ({
    type: 'metric',
    x: (index * width) % columns,
    y: Math.floor((index * width) / columns) * height,
    width,
    height,
    properties: { title, region, metrics, stat, period: 300, view: 'timeSeries' },
  }));
  return JSON.stringify({ widgets });
}

interface Graph {
  readonly title: string;
  readonly stat: 'Sum' | 'Maximum' | 'Average';
  readonly metrics: readonly Metric[];
}

function graphs({
  queueName,
  deadLettersName,
  tableName,
  stateMachineArn,
  functionNames,
  metrics: { namespace, environment },
}: WaveParts): readonly Graph[] {
  const ofStates = (name: string): Metric => ['AWS/States', name, 'StateMachineArn', stateMachineArn];
  const ofFunctions = (name: string): readonly Metric[] =>
    functionNames.map((each) => ['AWS/Lambda', name, 'FunctionName', each]);
  const ofQueue = (name: string, queue: string): Metric => ['AWS/SQS', name, 'QueueName', queue];
  return [
    {
      title: 'Machines: started, finished, failed',
      stat: 'Sum',
      metrics: ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'].map(ofStates),
    },
    {
      title: 'Replication lag (seconds)',
      stat: 'Maximum',
      metrics: [[namespace, 'ReplicationLagSeconds', 'Environment', environment]],
    },
    {
      title: 'Messages waiting',
      stat: 'Maximum',
      metrics: [
        ofQueue('ApproximateNumberOfMessagesVisible', queueName),
        ofQueue('ApproximateNumberOfMessagesVisible', deadLettersName),
      ],
    },
    {
      title: 'Age of the oldest message (seconds)',
      stat: 'Maximum',
      metrics: [ofQueue('ApproximateAgeOfOldestMessage', queueName)],
    },
    { title: 'Errors by function', stat: 'Sum', metrics: ofFunctions('Errors') },
    { title: 'Duration by function (milliseconds)', stat: 'Average', metrics: ofFunctions('Duration') },
    { title: 'Throttled calls by function', stat: 'Sum', metrics: ofFunctions('Throttles') },
    {
      title: 'Table: throttled requests and refused conditions',
      stat: 'Sum',
      metrics: ['ThrottledRequests', 'ConditionalCheckFailedRequests'].map((name) => [
        'AWS/DynamoDB',
        name,
        'TableName',
        tableName,
      ]),
    },
  ];
}
