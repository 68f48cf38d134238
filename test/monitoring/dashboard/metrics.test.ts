import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fillStore } from '../../../environments/dashboard/fill-store.js';
import type { State } from '../../../state/index.js';
import { serveDashboard } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
/** Names of metrics, and of their labels. */
let exported: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  await fillStore(state, { now: new Date(), assessments: 1, tables: 60 });
  app = await serveDashboard(state);
  await app.ask('/api/session', 'viewer');
  exported = metricsIn((await app.ask('/metrics', 'viewer')).text);
}, 60_000);
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
});

function metricsIn(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w+)(?:\{(.*)\})? \S+$/gm)) {
    const names = found.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) names.add(label);
    found.set(name, names);
  }
  return found;
}

/** What an expression of PromQL reads, and the labels that it chooses by. Ours and those of Node's process. */
function readBy(promql: string): readonly (readonly [metric: string, labels: readonly string[]])[] {
  return [...promql.matchAll(/\b((?:aws2openstack|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', chosen = '']) => [
      name,
      [...chosen.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label).filter((label) => label !== 'job'),
    ],
  );
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

const folder = join(import.meta.dirname, '..', '..', '..', 'monitoring');
const grafana = JSON.parse(readFileSync(join(folder, 'grafana', 'migration.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
};
const alerts = parse(readFileSync(join(folder, 'prometheus', 'alerts.yaml'), 'utf8')) as Rules;
const documented = readFileSync(join(folder, '..', 'docs', 'observability.md'), 'utf8');

describe('what is asked of Prometheus is exported, with the labels that it is chosen by', () => {
  test.each([
    ...grafana.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => [`panel ${title}`, expr] as const),
    ),
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const)),
    ...grafana.templating.list.map(({ query }) => ['variable', typeof query === 'string' ? '' : query.query] as const),
  ])('%s', (_of, promql) => {
    for (const [metric, labels] of readBy(promql)) {
      expect([...exported.keys()]).toContain(metric);
      expect([...(exported.get(metric) ?? [])]).toEqual(expect.arrayContaining([...labels]));
    }
  });
});

test('every metric of ours is documented', () => {
  const names = [...exported.keys()].filter((name) => name.startsWith('aws2openstack_'));
  const families = [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
  expect(families.length).toBeGreaterThan(10);
  expect(families.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('a metric of CloudWatch keeps its name, with its newest value', async () => {
  const { text } = await app.ask('/metrics', 'viewer');
  expect(text).toContain(
    'aws2openstack_engine_metric{engine="DMS",resource="K4QSPUP4WVR5",metric="CDCLatencyTarget"} 175\n',
  );
});

test('attempts are counters, and the time that they took', async () => {
  const { text } = await app.ask('/metrics', 'viewer');
  expect(text).toContain('# TYPE aws2openstack_migration_attempts_total counter');
  const [stored] = await state.db
    .selectFrom('migration_outcomes')
    .select(({ fn }) => [fn.sum<number>('attempts').as('attempts'), fn.sum<number>('seconds').as('seconds')])
    .where('job_type', '=', 'COPY')
    .where('status', '=', 'COMPLETED')
    .execute();
  const value = (name: string): number =>
    Number(new RegExp(`^${name}\\{.*job_type="COPY",status="COMPLETED"\\} (\\S+)$`, 'm').exec(text)?.[1]);
  expect(value('aws2openstack_migration_attempts_total')).toBe(Number(stored?.attempts));
  expect(value('aws2openstack_migration_attempt_seconds_total')).toBeCloseTo(Number(stored?.seconds), 3);
});
