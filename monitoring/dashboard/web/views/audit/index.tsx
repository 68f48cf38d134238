import { printable } from '../../../../../core/diagnostic.js';
import { useRequest } from '../../api/use-answer.js';
import { request } from '../../api/request.js';
import { time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Pager } from '../../ui/pager.js';
import { Table } from '../../ui/table.js';
import { formatAddress, one } from '../../url/address.js';
import type { StoreViewProps, View } from '../view.js';

export const auditView: View = {
  path: '/audit',
  title: 'Audit trail',
  group: 'Account',
  access: 'operator',
  of: 'store',
  Page,
};

interface AuditPage {
  readonly items: readonly {
    readonly id: string;
    readonly at: string;
    readonly actor: string;
    readonly action: string;
    readonly subject: {
      readonly assessment_id?: string;
      readonly tables?: readonly string[];
      readonly machines?: readonly string[];
    };
    readonly outcome: string;
    readonly details: { readonly done?: number; readonly problems?: readonly string[] };
  }[];
  readonly nextCursor: string | null;
}

function Page({ at }: StoreViewProps) {
  const cursor = one(at.query, 'cursor');
  const trail = useRequest(
    async (signal) =>
      (await request(formatAddress({ path: '/api/audit', query: cursor === undefined ? {} : { cursor: [cursor] } }), {
        signal,
      })) as AuditPage,
    [cursor],
  );
  return (
    <Answer of={trail}>
      {({ items, nextCursor }) => (
        <>
          <Table
            caption="Audit trail"
            rows={items}
            keyOf={({ id }) => id}
            empty={<Empty title="Nobody has changed anything yet" />}
            columns={[
              { title: 'When', heads: true, cell: (event) => time(event.at) },
              { title: 'Who', cell: ({ actor }) => printable(actor) },
              { title: 'Action', cell: ({ action }) => action },
              { title: 'Outcome', cell: ({ outcome }) => <Badge status={outcome} /> },
              {
                title: 'Tables and machines',
                cell: ({ subject }) => printable((subject.tables ?? subject.machines ?? []).join(', ')),
              },
              { title: 'Problems', cell: ({ details }) => printable((details.problems ?? []).join(' ')) },
            ]}
          />
          <Pager next={nextCursor} at={at} rows={items.length} />
        </>
      )}
    </Answer>
  );
}
