import { compileGlobs, isLiteral } from '../../core/glob.js';
import type { AssetKind, Condition, Range } from '../template.js';

/**
 * Conclusions from conditions without any asset. Sound, not complete: `true` is certain, `false` means 'not shown'.
 * A condition is read as a conjunction of atoms, one key each; `all` is flattened into it.
 */

type Key = Exclude<keyof Condition, 'all'>;
export interface Atom {
  readonly key: Key;
  readonly value: unknown;
}
type Conjunction = readonly Atom[];

/** Guards against conditions that take forever to compare; when it is exhausted, the answer is 'not shown'. */
class Budget {
  private left = 20_000;
  spend(): boolean {
    this.left -= 1;
    return this.left >= 0;
  }
}

const kindsOfKey: Readonly<Partial<Record<Key, readonly AssetKind[]>>> = {
  database: ['database', 'table'],
  table: ['table'],
  format: ['table'],
  readiness: ['table'],
  tableType: ['table'],
  serde: ['table'],
  traits: ['table'],
  sizeGb: ['table'],
  rows: ['table'],
  partitions: ['table'],
  columns: ['table'],
  partitionKeys: ['table'],
  lastUpdated: ['table'],
  isLink: ['database', 'table'],
  parameters: ['database', 'table'],
  tags: ['database', 'table'],
};

const everyKind: readonly AssetKind[] = ['database', 'table', 'bucket'];

/** Kinds of asset that the condition can hold for. */
export function possibleKinds(condition: Condition): readonly AssetKind[] {
  return kindsOf(atomsOf(condition));
}

/** True when no asset can satisfy it. */
export function isContradiction(condition: Condition): boolean {
  return contradicts(atomsOf(condition), new Budget());
}

/** True when every asset that satisfies `narrow` satisfies `wide` too. */
export function implies(narrow: Condition, wide: Condition): boolean {
  return impliesAll(atomsOf(narrow), atomsOf(wide), new Budget());
}

const atomsByCondition = new WeakMap<Condition, Conjunction>();

/** Its keys one by one, those of `all` included. */
export function atomsOf(condition: Condition): Conjunction {
  const known = atomsByCondition.get(condition);
  if (known !== undefined) return known;
  const atoms = Object.entries(condition).flatMap(([key, value]): Conjunction =>
    key === 'all' ? (value as Condition[]).flatMap(atomsOf) : [{ key: key as Key, value: value as unknown }],
  );
  atomsByCondition.set(condition, atoms);
  return atoms;
}

function kindsOf(atoms: Conjunction): readonly AssetKind[] {
  return atoms.reduce<readonly AssetKind[]>((kinds, { key, value }) => {
    if (key === 'kind') return kinds.filter((kind) => (value as AssetKind[]).includes(kind));
    if (key === 'service')
      return kinds.filter((kind) => (value as string[]).includes(kind === 'bucket' ? 's3' : 'glue'));
    if (key === 'any') {
      const possible = new Set((value as Condition[]).flatMap(possibleKinds));
      return kinds.filter((kind) => possible.has(kind));
    }
    return kinds.filter((kind) => kindsOfKey[key]?.includes(kind) ?? true);
  }, everyKind);
}

function contradicts(atoms: Conjunction, budget: Budget): boolean {
  if (!budget.spend()) return false;
  if (kindsOf(atoms).length === 0) return true;
  const flat = atoms.filter(({ key }) => key !== 'any' && key !== 'not');
  if (flat.some((one, index) => isEmptyAtom(one) || flat.slice(index + 1).some((other) => areDisjoint(one, other))))
    return true;
  return atoms.some(({ key, value }) => {
    if (key === 'not') return impliesAll(flat, atomsOf(value as Condition), budget);
    if (key === 'any')
      return (value as Condition[]).every((branch) => contradicts([...flat, ...atomsOf(branch)], budget));
    return false;
  });
}

function impliesAll(narrow: Conjunction, wide: Conjunction, budget: Budget): boolean {
  return wide.every((atom) => impliesAtom(narrow, atom, budget));
}

function impliesAtom(narrow: Conjunction, wide: Atom, budget: Budget): boolean {
  if (!budget.spend()) return false;
  if (narrow.some((atom) => atom.key === wide.key && isAtLeastAsTight(atom, wide))) return true;
  if (wide.key === 'kind') return kindsOf(narrow).every((kind) => (wide.value as AssetKind[]).includes(kind));
  if (wide.key === 'service')
    return kindsOf(narrow).every((kind) => (wide.value as string[]).includes(kind === 'bucket' ? 's3' : 'glue'));
  if (wide.key === 'any')
    return (wide.value as Condition[]).some((branch) => impliesAll(narrow, atomsOf(branch), budget));
  if (wide.key === 'not') return contradicts([...narrow, ...atomsOf(wide.value as Condition)], budget);
  return narrow.some(
    ({ key, value }) =>
      key === 'any' &&
      (value as Condition[]).every((branch) =>
        impliesAtom([...narrow.filter((atom) => atom.key !== 'any'), ...atomsOf(branch)], wide, budget),
      ),
  );
}

export const globKeys: readonly Key[] = ['database', 'table', 'bucket', 'location', 'tableType', 'serde'];
const wordKeys: readonly Key[] = ['kind', 'service', 'format', 'readiness'];
export const numberKeys: readonly Key[] = ['sizeGb', 'rows', 'partitions', 'columns'];

function isAtLeastAsTight(narrow: Atom, wide: Atom): boolean {
  if (JSON.stringify(narrow.value) === JSON.stringify(wide.value)) return true;
  if (wordKeys.includes(wide.key) || wide.key === 'traits') {
    const allowed = wide.value as string[];
    return (narrow.value as string[]).every((word) => allowed.includes(word));
  }
  if (globKeys.includes(wide.key) || wide.key === 'partitionKeys')
    return (narrow.value as string[]).every((glob) => isWithin(glob, wide.value as string[]));
  if (numberKeys.includes(wide.key) && isRange(narrow.value) && isRange(wide.value)) {
    const inner = intervalOf(narrow.value);
    const outer = intervalOf(wide.value);
    return isNoLower(inner, outer) && isNoHigher(inner, outer);
  }
  if (wide.key === 'parameters' || wide.key === 'tags') {
    const given = narrow.value as Record<string, string>;
    return Object.entries(wide.value as Record<string, string>).every(
      ([name, glob]) => Object.hasOwn(given, name) && isWithin(given[name] ?? '', [glob]),
    );
  }
  return false;
}

/** A literal that the wide globs match, or the very same glob; two different patterns are never compared. */
function isWithin(glob: string, wide: readonly string[]): boolean {
  return (
    wide.includes('*') ||
    wide.some((other) => other.toLowerCase() === glob.toLowerCase()) ||
    (isLiteral(glob) && compileGlobs(wide)(glob))
  );
}

function isEmptyAtom({ key, value }: Atom): boolean {
  if (numberKeys.includes(key) && isRange(value)) {
    const { low, lowOpen, high, highOpen } = intervalOf(value);
    return low > high || (low === high && (lowOpen || highOpen));
  }
  if (key === 'lastUpdated') {
    const { before, after } = value as { before?: string; after?: string };
    return before !== undefined && after !== undefined && Date.parse(before) <= Date.parse(after);
  }
  return false;
}

function areDisjoint(one: Atom, other: Atom): boolean {
  if (one.key !== other.key) return false;
  if (wordKeys.includes(one.key))
    return !(one.value as string[]).some((word) => (other.value as string[]).includes(word));
  if (one.key === 'isLink') return one.value !== other.value;
  if (globKeys.includes(one.key)) return areGlobsDisjoint(one.value as string[], other.value as string[]);
  if (numberKeys.includes(one.key)) {
    if (!isRange(one.value) || !isRange(other.value)) return one.value !== other.value;
    return isEmptyAtom({ key: one.key, value: mergeRanges(one.value, other.value) });
  }
  return false;
}

function areGlobsDisjoint(one: readonly string[], other: readonly string[]): boolean {
  const canMeet = (literal: string, globs: readonly string[]): boolean => compileGlobs(globs)(literal);
  if (one.every(isLiteral)) return !one.some((literal) => canMeet(literal, other));
  if (other.every(isLiteral)) return !other.some((literal) => canMeet(literal, one));
  return false;
}

function isRange(value: unknown): value is Range {
  return typeof value === 'object';
}

interface Interval {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

function intervalOf({ gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }: Range): Interval {
  return {
    low: Math.max(gt, gte),
    lowOpen: gt >= gte && gt !== -Infinity,
    high: Math.min(lt, lte),
    highOpen: lt <= lte && lt !== Infinity,
  };
}

function isNoLower(inner: Interval, outer: Interval): boolean {
  return inner.low > outer.low || (inner.low === outer.low && (inner.lowOpen || !outer.lowOpen));
}

function isNoHigher(inner: Interval, outer: Interval): boolean {
  return inner.high < outer.high || (inner.high === outer.high && (inner.highOpen || !outer.highOpen));
}

function mergeRanges(one: Range, other: Range): Range {
  return {
    gt: Math.max(one.gt ?? -Infinity, other.gt ?? -Infinity),
    gte: Math.max(one.gte ?? -Infinity, other.gte ?? -Infinity),
    lt: Math.min(one.lt ?? Infinity, other.lt ?? Infinity),
    lte: Math.min(one.lte ?? Infinity, other.lte ?? Infinity),
  };
}
