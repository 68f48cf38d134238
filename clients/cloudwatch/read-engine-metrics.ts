import { GetMetricDataCommand, paginateListMetrics } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchClient, Metric, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { engineMetrics } from '../../core/engine-metrics.js';
import type { EngineMetric, MeasuredEngine } from '../../core/engine-metrics.js';
import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { awsFailure } from '../aws-failure.js';
import type { AwsFailure } from '../aws-failure.js';

/** One value of one metric of one task or job. */
export interface EngineSample {
  readonly engine: MeasuredEngine;
  /** The task's or job's name in CloudWatch. */
  readonly resource: string;
  readonly metric_name: string;
  readonly measured_at: Date;
  readonly value: number;
}

/** Where CloudWatch keeps them, and which dimension names the task or job. Sources: as `engineMetrics`. */
const places: Readonly<Record<MeasuredEngine, { readonly namespace: string; readonly dimension: string }>> = {
  DMS: { namespace: 'AWS/DMS', dimension: 'ReplicationTaskIdentifier' },
  DATASYNC: { namespace: 'AWS/DataSync', dimension: 'TaskId' },
  GLUE: { namespace: 'Glue', dimension: 'JobName' },
};

const periodSeconds = 60;
/** GetMetricData takes as many. Source: Amazon CloudWatch API reference. */
const mostQueries = 500;

interface Series {
  readonly metric: Metric;
  readonly known: EngineMetric;
  readonly resource: string;
}

/**
 * The CloudWatch metrics of DMS, DataSync and Glue between two times, by the minute: of every task and job of the
 * account that was active in the last three hours. Needs cloudwatch:ListMetrics and cloudwatch:GetMetricData.
 */
export async function readEngineMetrics(
  client: CloudWatchClient,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<Result<readonly EngineSample[]>> {
  try {
    const series = (
      await Promise.all(Object.keys(places).map((engine) => listSeries(client, engine as MeasuredEngine)))
    ).flat();
    const samples: EngineSample[] = [];
    for (let start = 0; start < series.length; start += mostQueries)
      samples.push(...(await readSeries(client, series.slice(start, start + mostQueries), { from, to })));
    return ok(samples);
  } catch (error) {
    return fail([requestRefused(awsFailure(error))]);
  }
}

async function listSeries(client: CloudWatchClient, engine: MeasuredEngine): Promise<readonly Series[]> {
  const { namespace, dimension } = places[engine];
  const known = new Map(
    engineMetrics.filter((metric) => metric.engine === engine).map((metric) => [metric.name, metric]),
  );
  const found: Series[] = [];
  for await (const { Metrics = [] } of paginateListMetrics(
    { client },
    { Namespace: namespace, RecentlyActive: 'PT3H' },
  ))
    for (const metric of Metrics) {
      const described = known.get(metric.MetricName ?? '');
      const resource = valueOf(metric, dimension);
      // Glue tells each run by its id, and all runs of a job as one.
      const isPart = engine === 'GLUE' && valueOf(metric, 'JobRunId') !== 'ALL';
      if (described !== undefined && resource !== undefined && !isPart)
        found.push({ metric, known: described, resource });
    }
  return found;
}

function valueOf({ Dimensions = [] }: Metric, name: string): string | undefined {
  return Dimensions.find((dimension) => dimension.Name === name)?.Value;
}

async function readSeries(
  client: CloudWatchClient,
  series: readonly Series[],
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<readonly EngineSample[]> {
  const queries = series.map(({ metric, known }, index): MetricDataQuery => ({
    Id: `m${index}`,
    MetricStat: { Metric: metric, Period: periodSeconds, Stat: isRate(known) ? 'Average' : 'Sum' },
  }));
  const samples: EngineSample[] = [];
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await client.send(
      new GetMetricDataCommand({ MetricDataQueries: queries, StartTime: from, EndTime: to, NextToken: token }),
    );
    for (const { Id = '', Timestamps = [], Values = [] } of MetricDataResults) {
      const of = series[Number(Id.slice(1))];
      if (of === undefined) continue;
      for (const [at, measured_at] of Timestamps.entries())
        samples.push({
          engine: of.known.engine,
          resource: of.resource,
          metric_name: of.known.name,
          measured_at,
          value: Values[at] ?? 0,
        });
    }
    token = NextToken;
  } while (token !== undefined);
  return samples;
}

/** DMS metrics are levels; the others count what has come since the last value. */
function isRate({ engine }: EngineMetric): boolean {
  return engine === 'DMS';
}

function requestRefused({ kind, reason }: AwsFailure): Diagnostic {
  return diagnostic({
    code: 'cloudwatch-request',
    message: `CloudWatch of the source did not answer a request (${kind}): ${reason}`,
    fix: "Allow cloudwatch:ListMetrics and cloudwatch:GetMetricData for the source's credentials, or leave out --cloudwatch.",
  });
}
