import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fillStore } from '../../../environments/dashboard/fill-store.js';
import type { JsonSchema } from '../../../monitoring/questions/schema.js';
import type { State } from '../../../state/index.js';
import { serveDashboard } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { attacksOn } from '../../support/schema-values.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

const requests = Number(process.env['A2O_FUZZ'] ?? 400);
jest.setTimeout(120_000 + 100 * requests);

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
let folder: string;
const problems: unknown[] = [];

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  await fillStore(state, { now: new Date(), assessments: 2, tables: 40 });
  folder = mkdtempSync(join(tmpdir(), 'a2o-fuzz-'));
  mkdirSync(join(folder, 'stacks', 'lakehouse'), { recursive: true });
  writeFileSync(join(folder, 'stacks', 'lakehouse', 'cdk.tf.json'), '{}');
  app = await serveDashboard(state, {
    onProblem: (problem) => problems.push(problem),
    terraform: folder,
    certificate: { folder },
    requestsPerMinute: 1_000_000,
  });
});
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: JsonSchema;
  readonly places: JsonSchema;
  readonly body: JsonSchema | undefined;
}

interface Documented {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

/** Everything that the OpenAPI document describes, but the stream of events, which does not end, and signing out. */
async function operations(): Promise<readonly Operation[]> {
  const { json } = await app.ask('/api/openapi.json', 'viewer');
  const { paths } = json as { readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => path !== '/api/events' && method !== 'delete')
      .map(([method, { parameters = [], requestBody }]) => {
        const of = (place: string): JsonSchema => ({
          type: 'object',
          properties: Object.fromEntries(
            parameters.filter((each) => each.in === place).map(({ name, schema }) => [name, schema]),
          ),
        });
        return {
          method: method.toUpperCase(),
          path,
          query: of('query'),
          places: of('path'),
          body: requestBody?.content['application/json']?.schema,
        };
      }),
  );
}

test('whatever is asked as the document allows or not: no fault of the server, and nothing of its inside', async () => {
  const all = await operations();
  expect(all.length).toBeGreaterThan(30);
  const request = fc.constantFrom(...all).chain((operation) =>
    fc.record({
      operation: fc.constant(operation),
      query: attacksOn(operation.query),
      places: attacksOn(operation.places),
      body: operation.body === undefined ? fc.constant(undefined) : attacksOn(operation.body),
      asker: fc.constantFrom('viewer', 'operator', 'admin', 'admin'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(request, async ({ operation: { method, path, body: schema }, query, places, body, asker }) => {
      const search = new URLSearchParams(textsOf(query));
      const byName = new Map(textsOf(places));
      const place = path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(byName.get(name) ?? 'x'));
      const url = `${place}?${search.toString()}`;
      const answer =
        method === 'GET'
          ? await app.ask(url, asker)
          : await app.send('POST', url, asker, schema === undefined ? undefined : ((body ?? null) as object));
      expect([200, 400, 401, 403, 404, 409, 414, 429]).toContain(answer.status);
      expect(answer.text).not.toMatch(/\n {4}at |node_modules|a2o-fuzz-/);
      expect(problems).toEqual([]);
    }),
    { numRuns: requests },
  );
});

/** As pairs of a query string, a list with a pair for each value. */
function textsOf(value: unknown): [string, string][] {
  if (typeof value !== 'object' || value === null) return [['made_up', String(value).toWellFormed()]];
  return Object.entries(value).flatMap(([name, given]) =>
    [given]
      .flat()
      .map((one): [string, string] => [
        name.toWellFormed(),
        (typeof one === 'string' ? one : JSON.stringify(one)).toWellFormed(),
      ]),
  );
}
