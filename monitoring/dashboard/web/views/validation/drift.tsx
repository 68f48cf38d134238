import { useAnswer } from '../../api/use-answer.js';
import { Chart } from '../../chart/chart.js';
import { timeline } from '../../chart/options.js';
import { day, number, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Panel } from '../../ui/card.js';
import { LongText } from '../../ui/long-text.js';
import { Table } from '../../ui/table.js';
import { rowCounts } from './row-counts.js';

const days = 90;

interface DriftProps {
  /** `database.table`. */
  readonly name: string;
  readonly assessmentId: string;
  /** Changes when it is to be read again. */
  readonly version: number;
}

/** How source and target differed, day by day. */
export function Drift({ name, assessmentId, version }: DriftProps) {
  const trend = useAnswer('get_data_drift_trend', { table_name: name, days, assessment_id: assessmentId }, version);
  return (
    <Panel title={`Drift in ${days} days`}>
      <Answer of={trend}>
        {(answer) => {
          if (answer.days.length === 0) return <Empty title="No validation in this time" />;
          const counts = rowCounts(answer.days);
          const list = (
            <Table
              caption="Validations by day"
              rows={answer.days}
              keyOf={(each) => `${each.day} ${each.validation_type}`}
              columns={[
                { title: 'Day', heads: true, cell: (each) => day(each.day) },
                { title: 'Check', cell: ({ validation_type }) => words(validation_type) },
                { title: 'Last result', cell: ({ status }) => <Badge status={status} /> },
                { title: 'Results', numeric: true, cell: ({ results }) => number(results) },
                { title: 'Failed', numeric: true, cell: ({ failed }) => number(failed) },
                { title: 'Difference', cell: ({ difference }) => <LongText text={difference ?? ''} /> },
              ]}
            />
          );
          if (counts.length < 2) return list;
          return (
            <Chart
              label="Rows of source and target by day"
              data={counts}
              option={(colors) =>
                timeline(
                  {
                    names: counts.map((each) => day(each.day)),
                    series: [
                      { name: 'source', values: counts.map(({ source }) => source), color: colors.fill.busy },
                      { name: 'target', values: counts.map(({ target }) => target), color: colors.fill.caution },
                    ],
                  },
                  colors,
                  { format: number, kind: 'line' },
                )
              }
            >
              {list}
            </Chart>
          );
        }}
      </Answer>
    </Panel>
  );
}
