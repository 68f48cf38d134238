import { storeEngineMetrics } from '../../state/repositories/engine-metrics.js';
import type { NewEngineMetric } from '../../state/repositories/engine-metrics.js';
import type { State } from '../../state/index.js';

const minutes = 30;

/** As CloudWatch told it in the last half hour: a DMS task that catches up, a DataSync task and a Glue job at work. */
export async function fillEngines(state: State, now: Date): Promise<void> {
  const series = (
    [engine, resource, metric_name]: readonly [NewEngineMetric['engine'], string, string],
    value: (minute: number) => number,
  ): readonly NewEngineMetric[] =>
    Array.from({ length: minutes }, (_, minute) => ({
      engine,
      resource,
      metric_name,
      measured_at: new Date(now.getTime() - (minutes - minute) * 60_000),
      value: value(minute),
    }));
  await storeEngineMetrics(state, [
    ...series(['DMS', 'K4QSPUP4WVR5', 'CDCLatencySource'], (minute) => 4 + (minute % 3)),
    ...series(['DMS', 'K4QSPUP4WVR5', 'CDCLatencyTarget'], (minute) => 900 - 25 * minute),
    ...series(['DMS', 'K4QSPUP4WVR5', 'CDCThroughputRowsTarget'], (minute) => 1800 + 10 * minute),
    ...series(['DATASYNC', 'task-0f12a4c59e77b9d31', 'BytesTransferred'], (minute) => 5.2e9 + 4e7 * minute),
    ...series(['DATASYNC', 'task-0f12a4c59e77b9d31', 'FilesTransferred'], (minute) => 310 + minute),
    ...series(['GLUE', 'orders-to-iceberg', 'glue.driver.aggregate.numCompletedTasks'], (minute) => 40 + (minute % 7)),
    ...series(['GLUE', 'orders-to-iceberg', 'glue.driver.aggregate.numFailedTasks'], () => 0),
  ]);
}
