import { compareText } from '../../core/canonical-json.js';
import { compileGlobs } from '../../core/glob.js';
import type {
  Condition,
  Destination,
  Grant,
  MappingRule,
  Privilege,
  RuleOrigin,
  ValidationSettings,
} from '../template.js';

/** A rule as in the file, after its variables were replaced and its JSON Schema accepted it. */
export interface RawRule {
  readonly name: string;
  readonly when: RawCondition;
  readonly to?: Destination;
  readonly validate?: ValidationSettings;
  readonly skip?: string;
  readonly block?: string;
}

/** A grant as in the file. */
export interface RawGrant {
  readonly name: string;
  readonly to: { readonly user?: string | readonly string[]; readonly group?: string | readonly string[] };
  readonly on?: {
    readonly catalog?: string | readonly string[];
    readonly schema?: string | readonly string[];
    readonly table?: string | readonly string[];
  };
  readonly privileges: readonly Privilege[];
  readonly columns?: { readonly hide?: readonly string[]; readonly mask?: Readonly<Record<string, string>> };
  readonly rows?: string;
}

type OneOrMany<T> = T extends readonly (infer Item)[] ? Item | T : T;

/** A key that takes a list also takes a single value. */
export type RawCondition = {
  readonly [Key in Exclude<keyof Condition, 'not' | 'any' | 'all'>]: OneOrMany<Condition[Key]>;
} & { readonly not?: RawCondition; readonly any?: readonly RawCondition[]; readonly all?: readonly RawCondition[] };

const listKeys = [
  'kind',
  'service',
  'database',
  'table',
  'bucket',
  'location',
  'format',
  'readiness',
  'tableType',
  'serde',
  'traits',
  'partitionKeys',
] as const;

export function normalizeRule(raw: RawRule, origin: RuleOrigin): MappingRule {
  return { name: raw.name, when: normalizeCondition(raw.when), action: actionOf(raw), origin };
}

/** Globs over catalogs become names, because the catalogs are known. */
export function normalizeGrant(raw: RawGrant, catalogs: readonly string[], origin: RuleOrigin): Grant {
  const { name, to, on = {}, privileges, columns = {}, rows = null } = raw;
  const isWanted = compileGlobs(listOf(on.catalog ?? '*'));
  return {
    name,
    to: { users: listOf(to.user ?? []), groups: listOf(to.group ?? []) },
    on: {
      catalogs: catalogs.filter(isWanted).sort(compareText),
      schemas: listOf(on.schema ?? '*'),
      tables: listOf(on.table ?? '*'),
    },
    privileges,
    hide: (columns.hide ?? []).map((column) => column.toLowerCase()),
    mask: ofLowerCase(columns.mask ?? {}),
    rows,
    origin,
  };
}

function listOf(oneOrMany: string | readonly string[]): readonly string[] {
  return typeof oneOrMany === 'string' ? [oneOrMany] : oneOrMany;
}

function actionOf({ to, validate, skip, block }: RawRule): MappingRule['action'] {
  if (skip !== undefined) return { type: 'skip', reason: skip };
  if (block !== undefined) return { type: 'block', reason: block };
  return { type: 'map', to: to ?? {}, ...(validate !== undefined && { validate }) };
}

function normalizeCondition(raw: RawCondition): Condition {
  const { not, any, all, ...flat } = raw;
  const lists = Object.fromEntries(
    listKeys.filter((key) => flat[key] !== undefined).map((key) => [key, [flat[key]].flat()]),
  );
  return {
    ...(flat as Condition),
    ...lists,
    ...(not === undefined ? {} : { not: normalizeCondition(not) }),
    ...(any === undefined ? {} : { any: any.map(normalizeCondition) }),
    ...(all === undefined ? {} : { all: all.map(normalizeCondition) }),
  };
}

/** Names that differ only in case are kept, so that no value is lost before they are refused. */
function ofLowerCase(mask: Readonly<Record<string, string>>): Record<string, string> {
  const lowered = Object.entries(mask).map(([column, expression]): [string, string] => [
    column.toLowerCase(),
    expression,
  ]);
  const isUnique = new Set(lowered.map(([column]) => column)).size === lowered.length;
  return isUnique ? Object.fromEntries(lowered) : mask;
}
