import { useState } from 'preact/hooks';
import { printable } from '../../../../../core/diagnostic.js';
import { MachineActions } from '../../actions/machine-actions.js';
import { orders as allOrders } from '../../actions/machine-action.js';
import type { Answers } from '../../api/answers.js';
import { useLive } from '../../api/live.js';
import { useAnswer } from '../../api/use-answer.js';
import { bytes, seconds, time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Bar } from '../../ui/bar.js';
import { Panel } from '../../ui/card.js';
import { Facts } from '../../ui/facts.js';
import { Link } from '../../ui/link.js';
import { LiveLine } from '../../ui/live-line.js';
import { Pager } from '../../ui/pager.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { StoreViewProps, View } from '../view.js';

export const machineView: View = { path: '/machine', title: 'Machine', group: undefined, of: 'store', Page };

type Story = Answers['get_wave_machine'];

/** Most machines have fewer events. */
const eventsAPage = 200;

function Page({ at, session }: StoreViewProps) {
  const id = one(at.query, 'machine');
  const [version, setVersion] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const live = useLive(isPaused);
  const story = useAnswer(
    'get_wave_machine',
    id === undefined ? undefined : { migration_id: id, cursor: one(at.query, 'cursor'), limit: eventsAPage },
    version + live.versions.waves,
  );
  if (id === undefined) return <Empty title="No machine chosen" />;
  return (
    <>
      <LiveLine isConnected={live.isConnected} isPaused={isPaused} onPause={setPaused} />
      <p class="lead">
        <Link to="/machines">Machines</Link> <span aria-hidden="true">/</span> <strong>{printable(id)}</strong>
      </p>
      <Answer of={story}>
        {(told) => (
          <>
            <Trouble story={told} />
            {session.role !== 'viewer' && told.machine.possible_orders.length > 0 && (
              <MachineActions
                selection={{ machines: [id] }}
                only={allOrders.filter((order) => told.machine.possible_orders.includes(order))}
                mayAct={session.role === 'admin'}
                onDone={() => {
                  setVersion(version + 1);
                }}
              />
            )}
            <div class="grid">
              <Progress story={told} />
              <About story={told} />
              <RolledBack story={told} />
              <Orders story={told} />
              <History story={told} at={at} />
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

interface StoryProps {
  readonly story: Story;
}

function Trouble({ story: { machine } }: StoryProps) {
  const { error, status } = machine;
  if (error === null) return null;
  const isOver = status === 'ROLLED_BACK' || status === 'REJECTED';
  return (
    <div class={`callout ${isOver ? 'caution' : 'bad'}`}>
      <p>
        <strong>{printable(error.name)}:</strong> {printable(error.message)}
      </p>
    </div>
  );
}

function Progress({ story: { machine } }: StoryProps) {
  const { copied_bytes, total_bytes, lag_seconds } = machine;
  return (
    <Panel title="Where it is">
      <Facts
        facts={[
          ['Status', <Badge key="badge" status={machine.status} />],
          ['Since', time(machine.status_since)],
          ...(machine.waits_for === null ? [] : [['Waits for', printable(machine.waits_for)] as const]),
          ...(machine.open_gates.length === 0
            ? []
            : [['Approvals missing', printable(machine.open_gates.join(', '))] as const]),
          ...(copied_bytes === null || total_bytes === null
            ? []
            : [
                [
                  'Copied',
                  <>
                    {bytes(copied_bytes)} of {bytes(total_bytes)}
                    <Bar done={copied_bytes} total={total_bytes} label="Copied" />
                  </>,
                ] as const,
              ]),
          ...(lag_seconds === null ? [] : [['Behind its source', seconds(lag_seconds)] as const]),
          ['Step', <code key="code">{printable(machine.state)}</code>],
          ['Goes on', machine.goes_on_at === null ? 'no more: its move has ended' : time(machine.goes_on_at)],
          ['Worker', printable(machine.worker ?? 'none now')],
        ]}
      />
    </Panel>
  );
}

function About({ story: { machine } }: StoryProps) {
  return (
    <Panel title="What it is">
      <Facts
        facts={[
          [
            'Wave',
            <Link key="link" to="/machines" query={{ wave: machine.wave }}>
              {printable(machine.wave)}
            </Link>,
          ],
          [
            'Application',
            <Link key="link" to="/machines" query={{ application: machine.application }}>
              {printable(machine.application)}
            </Link>,
          ],
          ['Environment', printable(machine.environment)],
          ['Source', printable(`${machine.source}: ${machine.source_vm_id}`)],
          ['Target', printable(`${machine.target}: ${machine.target_vm_name}`)],
          ['Instance type', printable(machine.instance_type)],
          ['Submitted', time(machine.created_at)],
          ['Correlation id', <code key="code">{printable(machine.correlation_id)}</code>],
        ]}
      />
    </Panel>
  );
}

function RolledBack({ story: { restored, left } }: StoryProps) {
  if (restored.length + left.length === 0) return null;
  return (
    <Panel title="After the rollback" wide>
      {left.length > 0 && (
        <>
          <p>
            <Badge status="not-restored" /> Somebody must look at what is left:
          </p>
          <ul class="notes">
            {left.map((text) => (
              <li key={text}>{printable(text)}</li>
            ))}
          </ul>
        </>
      )}
      {restored.length > 0 && (
        <>
          <p>
            <Badge status="restored" />
          </p>
          <ul class="notes">
            {restored.map((text) => (
              <li key={text}>{printable(text)}</li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Orders({ story: { orders } }: StoryProps) {
  return (
    <Panel title="Orders" wide>
      <Table
        caption="Orders"
        rows={orders.map((order, index) => ({ ...order, index }))}
        keyOf={({ index }) => String(index)}
        empty={<Empty title="Nobody has ordered anything yet" />}
        columns={[
          {
            title: 'Order',
            heads: true,
            cell: ({ order, gate }) => (gate === null ? order : printable(`${order} ${gate}`)),
          },
          { title: 'By', cell: ({ by }) => printable(by) },
          { title: 'When', numeric: true, cell: ({ at }) => time(at) },
          { title: 'Reason', cell: ({ reason }) => printable(reason ?? '') },
        ]}
      />
    </Panel>
  );
}

function History({ story: { items, nextCursor }, at }: StoryProps & Pick<StoreViewProps, 'at'>) {
  return (
    <Panel title="What happened" wide>
      <Table
        caption="What happened, the oldest first"
        rows={items}
        keyOf={({ number }) => String(number)}
        empty={<Empty title="Nothing yet" />}
        columns={[
          { title: 'When', heads: true, cell: (event) => <time dateTime={event.at}>{time(event.at)}</time> },
          { title: 'What', cell: ({ kind }) => <Badge status={kind} /> },
          { title: 'Step', cell: ({ state }) => (state === '' ? '' : <code>{state}</code>) },
          { title: 'Message', cell: ({ message }) => printable(message) },
        ]}
      />
      <Pager next={nextCursor} at={at} rows={items.length} />
    </Panel>
  );
}
