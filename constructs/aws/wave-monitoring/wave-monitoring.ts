import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js';
import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';
import { Construct } from 'constructs';
import { constructId } from '../../common/index.js';
import { errorRateQueries, failureQueries } from './alarm-queries.js';
import { renderDashboard } from './render-dashboard.js';

/** The names that CloudWatch knows the parts of the waves by. */
export interface WaveParts {
  readonly region: string;
  readonly queueName: string;
  readonly deadLettersName: string;
  readonly tableName: string;
  readonly stateMachineArn: string;
  readonly functionNames: readonly string[];
  /** Where the functions write the replication lag. */
  readonly metrics: { readonly namespace: string; readonly environment: string };
}

export interface WaveMonitoringProps extends WaveParts {
  /** Begins the names of the dashboard and of the alarms. */
  readonly name: string;
  /** SNS topic of the four alarms. */
  readonly topicArn: string;
}

const limits = { deadLetters: 5, errorPercent: 1, lagSeconds: 600, failuresAnHour: 2 };
const minute = 60;

/** A dashboard and four alarms: dead letters, error rate, replication lag, failures. Each goes to the topic once. */
export class WaveMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: WaveMonitoringProps) {
    super(scope, id);
    const { name, topicArn, metrics, stateMachineArn } = props;
    const notify = { alarmActions: [topicArn], okActions: [topicArn] };
    const above = { comparisonOperator: 'GreaterThanThreshold', treatMissingData: 'notBreaching' };
    new CloudwatchDashboard(this, 'Dashboard', { dashboardName: name, dashboardBody: renderDashboard(props) });
    new CloudwatchMetricAlarm(this, 'DeadLetters', {
      ...above,
      ...notify,
      alarmName: `${name}-dead-letters`,
      alarmDescription: `More than ${limits.deadLetters} messages could not be processed.`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: props.deadLettersName },
      statistic: 'Maximum',
      period: minute,
      evaluationPeriods: 1,
      threshold: limits.deadLetters,
    });
    const rates = props.functionNames.map(
      (functionName) =>
        new CloudwatchMetricAlarm(this, constructId(functionName), {
          ...above,
          alarmName: `${functionName}-error-rate`,
          alarmDescription: `More than ${limits.errorPercent} % of the calls of ${functionName} ended with an error.`,
          metricQuery: errorRateQueries(functionName, 5 * minute),
          evaluationPeriods: 1,
          threshold: limits.errorPercent,
        }),
    );
    // An expression takes at most ten metrics; eight functions have sixteen.
    new CloudwatchCompositeAlarm(this, 'ErrorRate', {
      ...notify,
      alarmName: `${name}-error-rate`,
      alarmDescription: `More than ${limits.errorPercent} % of the calls of a function ended with an error.`,
      alarmRule: rates.map(({ alarmName }) => `ALARM("${alarmName}")`).join(' OR '),
      dependsOn: rates,
    });
    new CloudwatchMetricAlarm(this, 'ReplicationLag', {
      ...above,
      ...notify,
      alarmName: `${name}-replication-lag`,
      alarmDescription: `A machine's copy has been more than ${limits.lagSeconds / minute} minutes behind its source for 10 minutes.`,
      namespace: metrics.namespace,
      metricName: 'ReplicationLagSeconds',
      dimensions: { Environment: metrics.environment },
      statistic: 'Maximum',
      period: 5 * minute,
      evaluationPeriods: 2,
      threshold: limits.lagSeconds,
    });
    new CloudwatchMetricAlarm(this, 'Failures', {
      ...above,
      ...notify,
      alarmName: `${name}-failures`,
      alarmDescription: `More than ${limits.failuresAnHour} machines failed within an hour.`,
      metricQuery: failureQueries(stateMachineArn, 60 * minute),
      evaluationPeriods: 1,
      threshold: limits.failuresAnHour,
    });
  }
}
