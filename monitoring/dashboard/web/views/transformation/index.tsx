import { printable } from '../../../../../core/diagnostic.js';
import type { Answers } from '../../api/answers.js';
import { useAnswer } from '../../api/use-answer.js';
import { number, time, words } from '../../format/index.js';
import { Answer, Empty, Failed, Loading } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Card, Cards } from '../../ui/card.js';
import { Filters, SearchFilter } from '../../ui/filters.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { Select } from '../../ui/select.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import { patternOf } from '../../url/pattern.js';
import type { View, ViewProps } from '../view.js';

export const transformationView: View = {
  path: '/transformation',
  title: 'Mapping',
  group: 'Transform',
  Page,
};

/** In the address. */
const filterNames = ['search', 'outcome', 'kind'] as const;

function Page({ at, assessment }: ViewProps) {
  const listed = useAnswer('list_mappings', {
    assessment_id: assessment.id,
    outcome: one(at.query, 'outcome'),
    kind: one(at.query, 'kind'),
    search: patternOf(one(at.query, 'search')),
    cursor: one(at.query, 'cursor'),
    limit: 50,
  });
  const known = listed.state === 'loading' ? listed.before : listed.state === 'done' ? listed.value : undefined;
  const isMapped = (known?.plan ?? null) !== null;
  const blocked = useAnswer('list_blocked_assets', isMapped ? { assessment_id: assessment.id, limit: 1 } : undefined);
  if (listed.state === 'failed') return <Failed problems={listed.failure.problems} />;
  if (known === undefined) return <Loading />;
  if (!isMapped) {
    return (
      <Empty title="Not mapped yet">
        Run <code>aws2openstack synth --save-to-db</code> with a mapping; this page then shows what goes where.
      </Empty>
    );
  }
  return (
    <>
      <Answer of={blocked}>{(answer) => <Summary {...answer} />}</Answer>
      <Filters at={at} names={filterNames}>
        <SearchFilter at={at} name="search" label="Name" placeholder="part of a name, or sales.*" />
        <Select at={at} name="outcome" label="Outcome" options={['mapped', 'skipped', 'blocked']} />
        <Select at={at} name="kind" label="Kind" options={['bucket', 'database', 'table']} />
      </Filters>
      <Answer of={listed}>
        {({ items, nextCursor }) => (
          <>
            <Table
              caption="What maps where"
              rows={items}
              keyOf={({ asset }) => asset}
              empty={<Empty title="Nothing is like this" />}
              columns={[
                { title: 'Asset', heads: true, cell: ({ asset }) => <Asset asset={asset} /> },
                { title: 'Outcome', cell: ({ outcome }) => <Badge status={outcome} /> },
                { title: 'Where, or why not', cell: ({ what }) => printable(what) },
                { title: 'Method', cell: ({ method }) => (method === null ? '' : words(method)) },
                {
                  title: 'Rule',
                  cell: ({ rule, rule_at }) => (
                    <>
                      {printable(rule ?? 'no rule matches')} <span class="muted">{printable(rule_at ?? '')}</span>
                    </>
                  ),
                },
                {
                  title: 'Remarks',
                  cell: ({ remarks }) => (
                    <ul class="plain">
                      {remarks.map(({ text, fix }) => (
                        <li key={text}>
                          {printable(text)} {printable(fix ?? '')}
                        </li>
                      ))}
                    </ul>
                  ),
                },
              ]}
            />
            <Pager next={nextCursor} at={at} rows={items.length} />
          </>
        )}
      </Answer>
    </>
  );
}

function Summary({ plan, blocked }: Answers['list_blocked_assets']) {
  return (
    <Cards>
      <Card label="Template" value={<span class="text">{printable(plan.template)}</span>} note={time(plan.made_at)} />
      <Card label="Blocked tables" value={number(blocked.tables)} />
      <Card label="Blocked databases" value={number(blocked.databases)} />
      <Card label="Blocked buckets" value={number(blocked.buckets)} />
    </Cards>
  );
}

/** Such as `table:sales.orders`. */
function Asset({ asset }: { readonly asset: string }) {
  const [kind = ''] = asset.split(':', 1);
  const name = asset.slice(kind.length + 1);
  return (
    <>
      <span class="muted">{kind}</span>{' '}
      {kind === 'table' ? (
        <Link to="/table" query={{ table: name }}>
          {printable(name)}
        </Link>
      ) : (
        printable(name)
      )}
    </>
  );
}
