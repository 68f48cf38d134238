import { printable } from '../../../../../core/diagnostic.js';
import { useAnswer } from '../../api/use-answer.js';
import { number, time } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Badge } from '../../ui/badge.js';
import { Card, Cards } from '../../ui/card.js';
import { Link } from '../../ui/link.js';
import { Pager } from '../../ui/pager.js';
import { Table } from '../../ui/table.js';
import { TableName } from '../../ui/table-name.js';
import { one } from '../../url/address.js';
import type { View, ViewProps } from '../view.js';
import { chosenPair, shownSide } from './pair.js';

export const compareView: View = { path: '/compare', title: 'Changes', group: 'Assess', Page };

function Page({ at, assessments }: ViewProps) {
  const pair = chosenPair(assessments, one(at.query, 'before'), one(at.query, 'after'));
  const compared = useAnswer(
    'compare_assessments',
    pair === undefined
      ? undefined
      : { assessment_id_1: pair.before, assessment_id_2: pair.after, cursor: one(at.query, 'cursor'), limit: 50 },
  );
  if (pair === undefined) return <Empty title="Nothing to compare">There is one assessment only.</Empty>;
  return (
    <>
      <div class="filters">
        {(['before', 'after'] as const).map((side) => (
          <label key={side} class="field">
            <span>{side === 'before' ? 'From' : 'To'}</span>
            <select
              value={pair[side]}
              onChange={({ currentTarget }) => {
                at.set({ ...pair, [side]: currentTarget.value, cursor: undefined });
              }}
            >
              {assessments.map(({ id, timestamp }) => (
                <option key={id} value={id} selected={id === pair[side]}>
                  {time(timestamp)} · {id}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <Answer of={compared}>
        {({ tables, databases, items, nextCursor }) => (
          <>
            <Cards>
              <Card label="Tables added" value={number(tables.added)} note={`${number(databases.added)} databases`} />
              <Card
                label="Tables removed"
                value={number(tables.removed)}
                note={`${number(databases.removed)} databases`}
              />
              <Card
                label="Tables changed"
                value={number(tables.changed)}
                note={`in ${number(databases.changed)} databases`}
              />
            </Cards>
            <Table
              caption="Tables that differ"
              rows={items}
              keyOf={({ database_name, table_name }) => `${database_name}.${table_name}`}
              empty={<Empty title="No difference">Both assessments saw the same tables.</Empty>}
              columns={[
                {
                  title: 'Table',
                  heads: true,
                  cell: ({ database_name, table_name, change }) => (
                    <Link
                      to="/table"
                      query={{
                        assessment: change === 'removed' ? pair.before : pair.after,
                        table: `${database_name}.${table_name}`,
                      }}
                    >
                      <TableName database={database_name} table={table_name} />
                    </Link>
                  ),
                },
                { title: 'Change', cell: ({ change }) => <Badge status={change} /> },
                {
                  title: 'What differs',
                  cell: ({ differences }) => (
                    <ul class="plain">
                      {differences.map(({ what, before, after }) => (
                        <li key={what}>
                          {printable(what)}: {printable(shownSide(what, before))} → {printable(shownSide(what, after))}
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
