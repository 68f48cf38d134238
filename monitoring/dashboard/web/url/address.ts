/** The contents of a view, from its address. */
export interface Address {
  /** Such as `/tables`. */
  readonly path: string;
  readonly query: Query;
}

/** Values by name, each name with one or more, in the order of the address. */
export type Query = Readonly<Record<string, readonly string[]>>;

/** New values; `undefined`, an empty text or an empty list removes the name. */
export type QueryChange = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export function parseAddress(pathname: string, search: string): Address {
  const byName = Map.groupBy(new URLSearchParams(search), ([name]) => name);
  return {
    path: pathname.length > 1 ? pathname.replace(/\/+$/, '') : '/',
    query: Object.fromEntries([...byName].map(([name, pairs]) => [name, pairs.map(([, value]) => value)])),
  };
}

export function formatAddress({ path, query }: Address): string {
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) for (const value of values) search.append(name, value);
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function changed(query: Query, change: QueryChange): Query {
  const merged = new Map(Object.entries(query));
  for (const [name, value] of Object.entries(change)) {
    const kept = [value ?? []]
      .flat()
      .map(String)
      .filter((each) => each !== '');
    if (kept.length === 0) merged.delete(name);
    else merged.set(name, kept);
  }
  return Object.fromEntries(merged);
}

export function one(query: Query, name: string): string | undefined {
  return query[name]?.[0];
}

export function many(query: Query, name: string): readonly string[] {
  return query[name] ?? [];
}
