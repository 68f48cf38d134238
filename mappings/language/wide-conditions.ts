import { isLiteral } from '../../core/glob.js';
import type { Condition, Range } from '../template.js';
import { atomsOf, globKeys, implies, numberKeys } from './logic.js';
import type { Atom } from './logic.js';

/** Comparisons of one template before each further condition is compared with the first few candidates only. */
const maxComparisons = 100_000;
const candidatesAfterwards = 100;

/**
 * Conditions in the order of their rules, to be searched for one that a later condition implies. Comparing each with all
 * earlier ones would take minutes for thousands of rules. So each is filed under texts of which a condition must have one
 * to imply it, and only those that share one are compared.
 */
export class WideConditions<T> {
  private readonly buckets = new Map<string, Filed<T>[]>();
  private readonly unfiled: Filed<T>[] = [];
  private count = 0;
  private comparisons = 0;

  add(condition: Condition, item: T): void {
    const filed = { condition, item, order: this.count };
    this.count += 1;
    // Of several parts that must be shared, the rarest leaves the fewest candidates.
    const [features] = [...featuresOf(condition)].sort((a, b) => this.largestBucket(a) - this.largestBucket(b));
    if (features === undefined) this.unfiled.push(filed);
    for (const feature of features ?? []) {
      const bucket = this.buckets.get(feature);
      if (bucket === undefined) this.buckets.set(feature, [filed]);
      else bucket.push(filed);
    }
  }

  /** The first item whose condition holds wherever `narrow` holds, and which `accepts`, if given. */
  firstImpliedBy(narrow: Condition, accepts: (item: T) => boolean = () => true): T | undefined {
    const most = this.comparisons < maxComparisons ? Infinity : candidatesAfterwards;
    const found = [this.unfiled, ...[...offeredBy(narrow)].map((feature) => this.buckets.get(feature) ?? [])];
    const candidates = new Set(found.flatMap((bucket) => bucket.slice(0, most)));
    for (const { condition, item } of [...candidates].sort((a, b) => a.order - b.order).slice(0, most)) {
      this.comparisons += 1;
      if (accepts(item) && implies(narrow, condition)) return item;
    }
    return undefined;
  }

  private largestBucket(features: readonly string[]): number {
    return Math.max(0, ...features.map((feature) => this.buckets.get(feature)?.length ?? 0));
  }
}

interface Filed<T> {
  readonly condition: Condition;
  readonly item: T;
  readonly order: number;
}

/** For each part of the condition: texts of which a condition that implies it offers at least one. */
function featuresOf(condition: Condition): readonly (readonly string[])[] {
  return atomsOf(condition).flatMap(featuresOfAtom);
}

function featuresOfAtom({ key, value }: Atom): readonly (readonly string[])[] {
  // What implies these need not mention them.
  if (key === 'kind' || key === 'service' || key === 'not') return [];
  if (key === 'any') {
    const branches = (value as Condition[]).map((branch) => featuresOf(branch)[0]);
    return branches.every((features) => features !== undefined) ? [branches.flat()] : [];
  }
  if (key === 'parameters' || key === 'tags')
    return Object.entries(value as Record<string, string>).map(([name, glob]) =>
      featuresOfGlob(`${key}.${name}`, glob),
    );
  if (globKeys.includes(key) || key === 'partitionKeys')
    return [(value as string[]).flatMap((glob) => featuresOfGlob(key, glob))];
  if (numberKeys.includes(key)) return [[numberFeature(key, value as Range | 'unknown')]];
  return [[value].flat().map((word) => wordFeature(key, word))];
}

/** A glob is implied by a text that it matches, or by the same glob. */
function featuresOfGlob(key: string, glob: string): readonly string[] {
  const text = glob.toLowerCase();
  if (isLiteral(text)) return [`${key} is ${text}`];
  const prefix = /^[^*?[\]{}]*/.exec(text)?.[0] ?? '';
  const suffix = /[^*?[\]{}]*$/.exec(text)?.[0] ?? '';
  return [`${key} like ${text}`, prefix === '' ? `${key} ends with ${suffix}` : `${key} begins with ${prefix}`];
}

/** Every text under which a condition that `narrow` implies may be filed. */
function offeredBy(narrow: Condition): ReadonlySet<string> {
  return new Set(atomsOf(narrow).flatMap(offeredByAtom));
}

function offeredByAtom({ key, value }: Atom): readonly string[] {
  if (key === 'any') return (value as Condition[]).flatMap((branch) => [...offeredBy(branch)]);
  if (key === 'kind' || key === 'service' || key === 'not') return [];
  if (key === 'parameters' || key === 'tags')
    return Object.entries(value as Record<string, string>).flatMap(([name, glob]) =>
      offeredByGlob(`${key}.${name}`, glob),
    );
  // All values of a list must imply the other condition, so one of them is enough to find it.
  if (globKeys.includes(key) || key === 'partitionKeys') return offeredByGlob(key, (value as string[])[0] ?? '');
  if (numberKeys.includes(key)) return [numberFeature(key, value as Range | 'unknown')];
  const [word] = [value].flat();
  return [wordFeature(key, word)];
}

function offeredByGlob(key: string, glob: string): readonly string[] {
  const text = glob.toLowerCase();
  if (!isLiteral(text)) return [`${key} like ${text}`, `${key} like *`];
  const cuts = Array.from({ length: text.length + 1 }, (_, at) => at);
  return [
    `${key} is ${text}`,
    ...cuts.map((at) => `${key} begins with ${text.slice(0, at)}`),
    ...cuts.map((at) => `${key} ends with ${text.slice(at)}`),
  ];
}

function numberFeature(key: string, value: Range | 'unknown'): string {
  return `${key} ${value === 'unknown' ? 'is unknown' : 'has a range'}`;
}

function wordFeature(key: string, word: unknown): string {
  return `${key} is ${typeof word === 'string' ? word : JSON.stringify(word)}`;
}
