import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import type { Answers } from '../../api/answers.js';
import { useLive } from '../../api/live.js';
import { useAnswer } from '../../api/use-answer.js';
import { number, percent, time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { Card, Cards, Panel } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import { LiveLine } from '../../ui/live-line.js';
import { Pager } from '../../ui/pager.js';
import { Prose } from '../../ui/prose.js';
import { sortingOf } from '../../ui/sorting.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { StoreViewProps, View } from '../view.js';
import { attentionStatuses, notMovedStatuses } from './statuses.js';

export const wavesView: View = { path: '/waves', title: 'Waves', group: 'Migrate', of: 'store', Page };

type Waves = Answers['list_waves'];
type Wave = Waves['items'][number];

function Page({ at }: StoreViewProps) {
  const sorting = sortingOf(at, 'name');
  const [isPaused, setPaused] = useState(false);
  const live = useLive(isPaused);
  const waves = useAnswer(
    'list_waves',
    { sort: sorting.by, direction: sorting.direction, cursor: one(at.query, 'cursor'), limit: 50 },
    live.versions.waves,
  );
  return (
    <>
      <LiveLine isConnected={live.isConnected} isPaused={isPaused} onPause={setPaused} />
      <Answer of={waves}>
        {({ totals, items, dead_letters, nextCursor }) =>
          items.length === 0 && totals.dead_letters === 0 && totals.waiting_messages === 0 ? (
            <Empty title="No waves yet">
              Run <code>aws2openstack waves submit</code>; its machines appear here.
            </Empty>
          ) : (
            <>
              <Totals totals={totals} />
              <Panel title="Waves">
                <Table
                  caption="Waves"
                  rows={items}
                  keyOf={({ wave }) => wave}
                  sorting={sorting}
                  empty={<Empty title="No wave has machines yet" />}
                  columns={[
                    {
                      title: 'Wave',
                      heads: true,
                      sort: 'name',
                      cell: (each) => (
                        <>
                          <Link to="/machines" query={{ wave: each.wave }}>
                            {printable(each.wave)}
                          </Link>
                          <Submitted wave={each} />
                        </>
                      ),
                    },
                    { title: 'Machines', numeric: true, sort: 'machines', cell: ({ machines }) => number(machines) },
                    {
                      title: 'Cut over',
                      sort: 'cut-over',
                      cell: ({ wave, machines, cut_over }) => (
                        <Bar done={cut_over} total={machines} label={`Cut over of ${printable(wave)}`} />
                      ),
                    },
                    { title: 'Status', cell: (wave) => <Statuses wave={wave} /> },
                    {
                      title: 'Attention',
                      numeric: true,
                      sort: 'attention',
                      cell: ({ need_attention }) => number(need_attention),
                    },
                    { title: 'Refused', numeric: true, cell: (wave) => number(wave.dead_letters) },
                    {
                      title: 'Changed',
                      numeric: true,
                      sort: 'updated',
                      cell: ({ updated_at }) => (updated_at === null ? '–' : time(updated_at)),
                    },
                  ]}
                />
                <Pager next={nextCursor} at={at} rows={items.length} />
              </Panel>
              <DeadLetters letters={dead_letters} total={totals.dead_letters} />
            </>
          )
        }
      </Answer>
    </>
  );
}

function Totals({ totals }: Pick<Waves, 'totals'>) {
  const { machines, cut_over, cut_over_share, not_moved, need_attention, dead_letters, waiting_messages } = totals;
  return (
    <Cards>
      <Card label="Machines" value={<Link to="/machines">{number(machines)}</Link>} />
      <Card
        label="Cut over"
        value={number(cut_over)}
        note={cut_over_share === null ? undefined : percent(cut_over_share)}
      />
      <Card
        label="Need somebody"
        value={
          <Link to="/machines" query={{ statuses: attentionStatuses }}>
            {number(need_attention)}
          </Link>
        }
      />
      <Card
        label="Not moved"
        value={
          <Link to="/machines" query={{ statuses: notMovedStatuses }}>
            {number(not_moved)}
          </Link>
        }
        note="rolled back or rejected"
      />
      <Card label="Not taken in yet" value={number(waiting_messages)} note="submitted, wait for a worker" />
      <Card label="Refused messages" value={number(dead_letters)} />
    </Cards>
  );
}

function Statuses({ wave: { wave, by_status } }: { readonly wave: Wave }) {
  return (
    <ul class="counts">
      {by_status.map(({ status, machines }) => (
        <li key={status}>
          <Link to="/machines" query={{ wave, statuses: [status] }}>
            {number(machines)} <Badge status={status} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Submitted({ wave: { machines, submitted_machines, submitted_by, submitted_at } }: { readonly wave: Wave }) {
  if (submitted_at === null) return <span class="below">submitted as messages</span>;
  return (
    <span class="below">
      {submitted_machines !== null && submitted_machines > machines && `${number(submitted_machines)} machines `}
      submitted {time(submitted_at)} by {printable(submitted_by ?? '')}
    </span>
  );
}

function DeadLetters({ letters, total }: { readonly letters: Waves['dead_letters']; readonly total: number }) {
  if (letters.length === 0) return null;
  return (
    <Panel title="Refused messages">
      {total > letters.length && (
        <p class="muted">
          The newest {number(letters.length)} of {number(total)}.
        </p>
      )}
      <Table
        caption="Refused messages"
        rows={letters.map((letter, index) => ({ ...letter, index }))}
        keyOf={({ index }) => String(index)}
        columns={[
          { title: 'Received', heads: true, cell: ({ received_at }) => time(received_at) },
          { title: 'Wave', cell: ({ wave }) => printable(wave ?? 'none') },
          {
            title: 'What is wrong',
            cell: ({ problems }) => (
              <ul class="plain">
                {problems.map(({ path, message, fix }) => (
                  <li key={`${path} ${message}`}>
                    <code>{printable(path)}</code> <Prose text={printable(`${message} ${fix}`)} />
                  </li>
                ))}
              </ul>
            ),
          },
          { title: 'Message', cell: ({ body }) => <code>{printable(body)}</code> },
        ]}
      />
    </Panel>
  );
}
