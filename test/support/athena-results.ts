/** What a query of Athena returns: the texts of the values, `null` for NULL. */
export interface AthenaResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Has moto answer the next queries with these results, in their order. */
export async function queueAthenaResults(
  endpoint: string,
  region: string,
  results: readonly AthenaResult[],
): Promise<void> {
  const body = {
    region,
    results: results.map(({ columns, rows }) => ({
      column_info: columns.map(({ name, type }) => ({ Name: name, Type: type })),
      // The first row of a SELECT has the names of the columns.
      rows: [columns.map(({ name }) => name), ...rows].map((row) => ({
        Data: row.map((text) => (text === null ? {} : { VarCharValue: text })),
      })),
    })),
  };
  const url = `${endpoint}/moto-api/static/athena/query-results`;
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (status !== 201) throw new Error(`moto answers ${status}`);
}
