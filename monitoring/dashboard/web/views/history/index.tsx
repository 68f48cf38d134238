import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { Chart } from '../../chart/chart.js';
import { timeline } from '../../chart/options.js';
import { day, number, percent, seconds, time, words } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { Select } from '../../ui/select.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { dayTotals, meanSeconds } from './days.js';

export const historyView: View = { path: '/history', title: 'History', group: 'Migrate', Page };

const usualDays = '90';

function Page({ at, assessment }: ViewProps) {
  const history = useAnswer('get_migration_history', {
    assessment_id: assessment.id,
    days: one(at.query, 'days') ?? usualDays,
  });
  return (
    <Answer of={history}>
      {({ success_rate, days, common_errors }) => {
        if (days.length === 0) return <Empty title="No job has ended yet" />;
        const totals = dayTotals(days);
        const mean = meanSeconds(days);
        const longest = Math.max(0, ...days.map(({ longest_seconds }) => longest_seconds ?? 0));
        return (
          <>
            <div class="filters">
              <Select at={at} name="days" label="Last days" options={['7', '30', '90', '365']} usual={usualDays} />
            </div>
            <Cards>
              <Card
                label="Success rate"
                value={success_rate === null ? '–' : percent(success_rate)}
                note="of ended attempts"
              />
              <Card label="Mean duration" value={mean === null ? '–' : seconds(mean)} />
              <Card label="Longest" value={longest === 0 ? '–' : seconds(longest)} />
              <Card label="Days with jobs" value={number(totals.length)} />
            </Cards>
            <div class="grid">
              <Panel title="Attempts by day" wide>
                <Chart
                  label="Attempts that are done, failed and cancelled, by day"
                  data={totals}
                  option={(colors) =>
                    timeline(
                      {
                        names: totals.map((each) => day(each.day)),
                        series: [
                          {
                            name: words('COMPLETED'),
                            values: totals.map(({ completed }) => completed),
                            color: colors.fill.good,
                          },
                          { name: 'failed', values: totals.map(({ failed }) => failed), color: colors.fill.bad },
                          {
                            name: 'cancelled',
                            values: totals.map(({ cancelled }) => cancelled),
                            color: colors.fill.quiet,
                          },
                        ],
                      },
                      colors,
                      { format: number, kind: 'bar', stacked: true },
                    )
                  }
                >
                  <Table
                    caption="Attempts by day and kind of job"
                    rows={days}
                    keyOf={(each) => `${each.day} ${each.job_type}`}
                    columns={[
                      { title: 'Day', heads: true, cell: (each) => day(each.day) },
                      { title: 'Job', cell: ({ job_type }) => words(job_type) },
                      { title: 'Done', numeric: true, cell: ({ completed }) => number(completed) },
                      { title: 'Failed', numeric: true, cell: ({ failed }) => number(failed) },
                      { title: 'Cancelled', numeric: true, cell: ({ cancelled }) => number(cancelled) },
                      {
                        title: 'Mean',
                        numeric: true,
                        cell: ({ mean_seconds }) => (mean_seconds === null ? '–' : seconds(mean_seconds)),
                      },
                    ]}
                  />
                </Chart>
              </Panel>
              <Panel title="Common errors" wide>
                <Table
                  caption="Common errors of jobs that are failed now"
                  rows={common_errors}
                  keyOf={({ error_kind }) => error_kind}
                  empty={<Empty title="No failed job" />}
                  columns={[
                    { title: 'Error', heads: true, cell: ({ error_kind }) => printable(error_kind) },
                    { title: 'Jobs', numeric: true, cell: ({ jobs }) => number(jobs) },
                    { title: 'Last seen', numeric: true, cell: ({ last_seen }) => time(last_seen) },
                  ]}
                />
              </Panel>
            </div>
          </>
        );
      }}
    </Answer>
  );
}
