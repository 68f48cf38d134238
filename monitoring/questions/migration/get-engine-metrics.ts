import { engineMetrics } from '../../../core/engine-metrics.js';
import { ok } from '../../../core/result.js';
import { latestEngineMetrics } from '../../../state/repositories/engine-metrics.js';
import type { Question } from '../question.js';
import { catalogText, list, number, object, oneOf, text, time, whole } from '../schema.js';
import type { TypeOf } from '../schema.js';

const engines = ['DMS', 'DATASYNC', 'GLUE'] as const;
const usualMinutes = 60;

const input = object(
  {},
  {
    engine: oneOf(engines, 'Of this service alone.'),
    minutes: whole('Measured in the last so many minutes.', { minimum: 1, maximum: 10_080, default: usualMinutes }),
  },
);
const output = object({
  metrics: list(
    object({
      engine: oneOf(engines),
      resource: catalogText('Of the DMS or DataSync task, or name of the Glue job.'),
      metric: text('As CloudWatch names it.'),
      meaning: text('What it says.'),
      unit: text('bytes, count, rows/s or seconds.'),
      value: number('The newest; of bytes and counts of DataSync and Glue: what came in that minute.'),
      measured_at: time('When CloudWatch measured it.'),
    }),
    'By engine, resource and metric.',
  ),
});

export const getEngineMetrics: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'get_engine_metrics',
  title: 'DMS, DataSync and Glue at the source',
  description:
    'What CloudWatch said last of the DMS and DataSync tasks and Glue jobs of the source account, as far as a worker with --cloudwatch stored it.',
  input,
  output,
  ask: async (state, { engine, minutes = usualMinutes }) => {
    const latest = await latestEngineMetrics(state, { since: new Date(Date.now() - minutes * 60_000) });
    const known = new Map(engineMetrics.map((metric) => [`${metric.engine} ${metric.name}`, metric]));
    return ok({
      metrics: latest
        .filter((metric) => engine === undefined || metric.engine === engine)
        .map(({ engine: of, resource, metric_name, value, measured_at }) => ({
          engine: of,
          resource,
          metric: metric_name,
          meaning: known.get(`${of} ${metric_name}`)?.meaning ?? '',
          unit: known.get(`${of} ${metric_name}`)?.unit ?? '',
          value,
          measured_at: measured_at.toISOString(),
        })),
    });
  },
};
