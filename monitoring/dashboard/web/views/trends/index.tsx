import { useAnswer } from '../../api/use-answer.js';
import { Chart } from '../../chart/chart.js';
import { timeline } from '../../chart/options.js';
import { bytes, day, number, time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Panel } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import { Table } from '../../ui/table.js';
import type { Assessment } from '../../api/answers.js';
import type { View, ViewProps } from '../view.js';

export const trendsView: View = { path: '/trends', title: 'Trends', group: 'Assess', Page };

function Page({ assessment }: ViewProps) {
  const { region, aws_account_id } = assessment;
  const trend = useAnswer('get_assessment_trend', { region, account_id: aws_account_id ?? undefined });
  return (
    <Answer of={trend}>
      {({ assessments }) =>
        assessments.length < 2 ? (
          <Empty title="Not enough assessments">
            A trend begins with the second stored assessment of this account.
          </Empty>
        ) : (
          <div class="grid">
            <ReadinessTrend assessments={assessments} />
            <SizeTrend assessments={assessments} />
            <Listed assessments={assessments} />
          </div>
        )
      }
    </Answer>
  );
}

interface TrendProps {
  readonly assessments: readonly Assessment[];
}

function ReadinessTrend({ assessments }: TrendProps) {
  const data = assessments.map((each) => [each.migration_ready, each.needs_conversion, each.unknown]);
  return (
    <Panel title="Tables by readiness" wide>
      <Chart
        label="Tables by readiness, by assessment; the list below has the figures"
        data={data}
        option={(colors) =>
          timeline(
            {
              names: assessments.map(({ timestamp }) => day(timestamp)),
              series: [
                { name: 'ready', values: assessments.map((each) => each.migration_ready), color: colors.fill.good },
                {
                  name: 'needs conversion',
                  values: assessments.map((each) => each.needs_conversion),
                  color: colors.fill.caution,
                },
                { name: 'unknown', values: assessments.map((each) => each.unknown), color: colors.fill.quiet },
              ],
            },
            colors,
            { format: number, kind: 'bar', stacked: true },
          )
        }
      >
        <Table
          caption="Tables by readiness, by assessment"
          rows={assessments}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Assessed', heads: true, cell: ({ timestamp }) => time(timestamp) },
            { title: 'Ready', numeric: true, cell: (each) => number(each.migration_ready) },
            { title: 'Needs conversion', numeric: true, cell: (each) => number(each.needs_conversion) },
            { title: 'Unknown', numeric: true, cell: ({ unknown }) => number(unknown) },
          ]}
        />
      </Chart>
    </Panel>
  );
}

function SizeTrend({ assessments }: TrendProps) {
  return (
    <Panel title="Size" wide>
      <Chart
        label="Size in bytes, by assessment"
        data={assessments.map((each) => each.total_estimated_size_bytes)}
        option={(colors) =>
          timeline(
            {
              names: assessments.map(({ timestamp }) => day(timestamp)),
              series: [
                {
                  name: 'size',
                  values: assessments.map((each) => each.total_estimated_size_bytes),
                  color: colors.fill.busy,
                },
              ],
            },
            colors,
            { format: bytes, kind: 'line' },
          )
        }
      >
        <Table
          caption="Size by assessment"
          rows={assessments}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Assessed', heads: true, cell: ({ timestamp }) => time(timestamp) },
            { title: 'Size', numeric: true, cell: (each) => bytes(each.total_estimated_size_bytes) },
          ]}
        />
      </Chart>
    </Panel>
  );
}

function Listed({ assessments }: TrendProps) {
  const newest = assessments.toReversed().map((each, index, all) => ({ ...each, before: all[index + 1]?.id }));
  return (
    <Panel title="Assessments" wide>
      <Table
        caption="Assessments"
        rows={newest}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Assessment',
            heads: true,
            cell: ({ id }) => (
              <Link to="/" query={{ assessment: id }}>
                {id}
              </Link>
            ),
          },
          { title: 'Assessed', numeric: true, cell: ({ timestamp }) => time(timestamp) },
          { title: 'Databases', numeric: true, cell: ({ total_databases }) => number(total_databases) },
          { title: 'Tables', numeric: true, cell: ({ total_tables }) => number(total_tables) },
          { title: 'Size', numeric: true, cell: (each) => bytes(each.total_estimated_size_bytes) },
          {
            title: 'Changes',
            cell: ({ id, before }) =>
              before === undefined ? (
                ''
              ) : (
                <Link to="/compare" query={{ before, after: id }}>
                  <span class="hidden">Changes of {id} </span>since the one before
                </Link>
              ),
          },
        ]}
      />
    </Panel>
  );
}
