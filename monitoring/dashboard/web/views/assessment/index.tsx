import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { Chart } from '../../chart/chart.js';
import { bars, pie } from '../../chart/options.js';
import { bytes, day, number, percent, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import { Table } from '../../ui/table.js';
import type { View, ViewProps } from '../view.js';
import { readinessOf, readyShare } from './readiness.js';

export const assessmentView: View = { path: '/', title: 'Assessment', group: 'Assess', Page };

function Page({ at, assessment }: ViewProps) {
  const formats = useAnswer('get_tables_by_format', { assessment_id: assessment.id });
  const largest = useAnswer('list_databases', {
    assessment_id: assessment.id,
    sort: 'size',
    direction: 'desc',
    limit: 8,
  });
  const readiness = readinessOf(assessment);
  return (
    <>
      {!assessment.complete && (
        <div class="callout caution" role="note">
          <p>
            <strong>This assessment is incomplete.</strong> AWS did not let it read everything; the report lists what is
            missing.
          </p>
        </div>
      )}
      <Cards>
        <Card
          label="Databases"
          value={<Link to="/databases">{number(assessment.total_databases)}</Link>}
          note={assessment.aws_account_id === null ? undefined : `account ${assessment.aws_account_id}`}
        />
        <Card
          label="Tables"
          value={<Link to="/tables">{number(assessment.total_tables)}</Link>}
          note={`${number(assessment.iceberg_tables)} Iceberg`}
        />
        <Card
          label="Ready"
          value={readyShare(assessment) === null ? '–' : percent(readyShare(assessment) ?? 0)}
          note={`${number(assessment.migration_ready)} tables`}
        />
        <Card
          label="Size"
          value={bytes(assessment.total_estimated_size_bytes)}
          note={`${number(assessment.total_partitions)} partitions`}
        />
        <Card
          label="Unknown size"
          value={
            <Link to="/tables" query={{ sort: 'size', direction: 'asc' }}>
              {number(assessment.tables_of_unknown_size)}
            </Link>
          }
          note="tables, not in the size"
        />
        <Card label="Assessed" value={<span class="text">{day(assessment.timestamp)}</span>} note={assessment.region} />
      </Cards>
      <div class="grid">
        <Panel title="Readiness">
          <Chart
            label={readiness.map(({ status, tables }) => `${words(status)}: ${number(tables)} tables`).join('; ')}
            data={readiness}
            option={(colors) =>
              pie(
                readiness.map(({ status, tables, tone }) => ({
                  name: words(status),
                  value: tables,
                  color: colors.fill[tone],
                })),
                colors,
                number,
              )
            }
            onPick={(name) => {
              const picked = readiness.find(({ status }) => words(status) === name);
              if (picked !== undefined) at.go('/tables', { readiness: picked.status });
            }}
          >
            <Table
              caption="Tables by readiness"
              rows={readiness}
              keyOf={({ status }) => status}
              columns={[
                {
                  title: 'Readiness',
                  heads: true,
                  cell: ({ status }) => (
                    <Link to="/tables" query={{ readiness: status }}>
                      {words(status)}
                    </Link>
                  ),
                },
                { title: 'Tables', numeric: true, cell: ({ tables }) => number(tables) },
              ]}
            />
          </Chart>
        </Panel>
        <Panel title="Formats">
          <Answer of={formats}>
            {({ formats: all }) =>
              all.length === 0 ? (
                <Empty title="No tables" />
              ) : (
                <Chart
                  label={all.map(({ format, tables }) => `${format}: ${number(tables)} tables`).join('; ')}
                  data={all}
                  option={(colors) =>
                    bars(
                      {
                        names: all.map(({ format }) => format),
                        series: [{ name: 'Tables', values: all.map(({ tables }) => tables), color: colors.fill.busy }],
                      },
                      colors,
                      number,
                    )
                  }
                  onPick={(name) => {
                    at.go('/tables', { formats: name });
                  }}
                >
                  <Table
                    caption="Tables by format"
                    rows={all}
                    keyOf={({ format }) => format}
                    columns={[
                      {
                        title: 'Format',
                        heads: true,
                        cell: ({ format }) => (
                          <Link to="/tables" query={{ formats: format }}>
                            {format}
                          </Link>
                        ),
                      },
                      { title: 'Tables', numeric: true, cell: ({ tables }) => number(tables) },
                      { title: 'Size', numeric: true, cell: ({ size_bytes }) => bytes(size_bytes) },
                    ]}
                  />
                </Chart>
              )
            }
          </Answer>
        </Panel>
        <Panel title="Largest databases" wide>
          <Answer of={largest}>
            {({ items }) => (
              <Table
                caption="Largest databases"
                rows={items}
                keyOf={({ database_name }) => database_name}
                empty={<Empty title="No databases" />}
                columns={[
                  {
                    title: 'Database',
                    heads: true,
                    cell: ({ database_name }) => (
                      <Link to="/tables" query={{ database: database_name }}>
                        {printable(database_name)}
                      </Link>
                    ),
                  },
                  {
                    title: 'Tables',
                    numeric: true,
                    cell: ({ table_count }) => (table_count === null ? '–' : number(table_count)),
                  },
                  { title: 'Ready', numeric: true, cell: ({ migration_ready }) => number(migration_ready) },
                  {
                    title: 'Needs conversion',
                    numeric: true,
                    cell: ({ needs_conversion }) => number(needs_conversion),
                  },
                  { title: 'Unknown', numeric: true, cell: ({ unknown }) => number(unknown) },
                  {
                    title: 'Size',
                    numeric: true,
                    cell: ({ total_estimated_size_bytes }) => bytes(total_estimated_size_bytes),
                  },
                ]}
              />
            )}
          </Answer>
        </Panel>
      </div>
    </>
  );
}
