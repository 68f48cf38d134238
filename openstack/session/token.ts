export interface CatalogEntry {
  readonly type: string;
  readonly endpoints: readonly CatalogEndpoint[];
}

interface CatalogEndpoint {
  readonly interface: string;
  readonly region?: string | null;
  readonly url: string;
}

export interface Token {
  /** `undefined` when the token is not scoped to a project. */
  readonly projectId: string | undefined;
  readonly catalog: readonly CatalogEntry[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Keystone's description of a token that it issued; `undefined` if the text is something else, such as a proxy's page.
 * Source: Identity API v3, 'Password authentication with scoped authorization'.
 */
export function parseToken(text: string): Token | undefined {
  const token = fieldsOf(fieldsOf(jsonOf(text))?.['token']);
  if (token === undefined) return undefined;
  const { project, catalog = [] } = token;
  const projectId = fieldsOf(project)?.['id'];
  if (project !== undefined && typeof projectId !== 'string') return undefined;
  if (!Array.isArray(catalog) || !catalog.every(isEntry)) return undefined;
  return { projectId: typeof projectId === 'string' ? projectId : undefined, catalog };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function isEntry(value: unknown): value is CatalogEntry {
  const { type, endpoints } = fieldsOf(value) ?? {};
  return typeof type === 'string' && Array.isArray(endpoints) && endpoints.every(isEndpoint);
}

function isEndpoint(value: unknown): value is CatalogEndpoint {
  const { interface: name, region, url } = fieldsOf(value) ?? {};
  const isRegion = region === undefined || region === null || typeof region === 'string';
  return typeof name === 'string' && typeof url === 'string' && isRegion;
}
