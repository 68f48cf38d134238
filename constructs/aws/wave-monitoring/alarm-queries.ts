import type { CloudwatchMetricAlarmMetricQuery } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js';

/** Errors of a function in percent of its calls. Source: AWS Lambda Developer Guide, 'Using CloudWatch metrics'. */
export function errorRateQueries(functionName: string, period: number): CloudwatchMetricAlarmMetricQuery[] {
  const sum = (id: string, metricName: string): CloudwatchMetricAlarmMetricQuery => ({
    id,
    metric: {
      namespace: 'AWS/Lambda',
      metricName,
      dimensions: { FunctionName: functionName },
      period,
      stat: 'Sum',
    },
  });
  return [
    {
      id: 'rate',
      label: 'Errors in percent',
      expression: 'IF(calls > 0, 100 * errors / calls, 0)',
      returnData: true,
    },
    sum('errors', 'Errors'),
    sum('calls', 'Invocations'),
  ];
}

/** Executions that did not succeed. Source: AWS Step Functions Developer Guide, 'Monitoring'. */
export function failureQueries(stateMachineArn: string, period: number): CloudwatchMetricAlarmMetricQuery[] {
  const kinds = { failed: 'ExecutionsFailed', timed: 'ExecutionsTimedOut', aborted: 'ExecutionsAborted' };
  return [
    {
      id: 'failures',
      label: 'Executions that did not succeed',
      expression: Object.keys(kinds)
        .map((id) => `FILL(${id}, 0)`)
        .join(' + '),
      returnData: true,
    },
    ...Object.entries(kinds).map(([id, metricName]) => ({
      id,
      metric: {
        namespace: 'AWS/States',
        metricName,
        dimensions: { StateMachineArn: stateMachineArn },
        period,
        stat: 'Sum',
      },
    })),
  ];
}
