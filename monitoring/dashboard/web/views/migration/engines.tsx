import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { bytes, number, seconds, time, words } from '../../format/index.js';
import { Answer } from '../../ui/answer.js';
import { Panel } from '../../ui/card.js';
import { Table } from '../../ui/table.js';

/** DMS, DataSync and Glue, where a worker reads CloudWatch. `version` changes when it is to be asked again. */
export function Engines({ version }: { readonly version: number }) {
  const engines = useAnswer('get_engine_metrics', {}, version);
  return (
    <Answer of={engines}>
      {({ metrics }) =>
        metrics.length === 0 ? null : (
          <Panel title="DMS, DataSync and Glue">
            <Table
              caption="What CloudWatch said last of DMS, DataSync and Glue"
              rows={metrics}
              keyOf={({ engine, resource, metric }) => `${engine} ${resource} ${metric}`}
              columns={[
                { title: 'Task or job', heads: true, cell: ({ resource }) => printable(resource) },
                { title: 'Service', cell: ({ engine }) => names[engine] },
                {
                  title: 'Metric',
                  cell: ({ metric, meaning }) => (meaning === '' ? words(printable(metric)) : meaning),
                },
                { title: 'Value', numeric: true, cell: ({ value, unit }) => shown(value, unit) },
                { title: 'Measured', numeric: true, cell: ({ measured_at }) => time(measured_at) },
              ]}
            />
          </Panel>
        )
      }
    </Answer>
  );
}

const names = { DMS: 'DMS', DATASYNC: 'DataSync', GLUE: 'Glue' } as const;

function shown(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'seconds') return seconds(value);
  return unit === 'rows/s' ? `${number(value)} rows/s` : number(value);
}
