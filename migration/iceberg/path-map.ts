import { diagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';

/** Files below `from` are below `to` at the target. Both are `s3://bucket` or `s3://bucket/prefix`, without an end slash. */
export interface PathRule {
  readonly from: string;
  readonly to: string;
}

const scheme = /^s3[an]?:\/\//i;
const location = /^s3:\/\/([^/]+(?:\/.*[^/])?)$/s;

/**
 * Maps paths by the longest rule that they begin with. The scheme stays as spelled (`s3://`, `s3a://`, `s3n://`), because
 * position deletes find their data file by comparing whole paths; what follows the prefix is not looked at.
 */
export class PathMap {
  private constructor(private readonly rules: readonly PathRule[]) {}

  /** A rule with equal sides keeps its paths. Refused are rules after which old and new paths cannot be told apart. */
  static of(rules: readonly PathRule[]): Result<PathMap> {
    const wrong = rules.flatMap(({ from, to }) => [from, to]).filter((side) => !location.test(side));
    if (wrong.length > 0) return fail(wrong.map(notALocation));
    const bare = rules.map(({ from, to }) => ({ from: from.slice('s3://'.length), to: to.slice('s3://'.length) }));
    const moved = bare.filter(({ from, to }) => from !== to);
    const overlaps = moved.flatMap(({ from }) =>
      moved.filter(({ to }) => isWithin(from, to) || isWithin(to, from)).map(({ to }) => overlap(from, to)),
    );
    if (overlaps.length > 0) return fail(overlaps);
    return ok(new PathMap(bare.toSorted((a, b) => b.from.length - a.from.length)));
  }

  /** `undefined` for a path that no rule knows, such as one of another store or a relative one. */
  map(path: string): string | undefined {
    const { spelled, rest, rule } = this.split(path);
    return rule === undefined ? undefined : `${spelled}${rule.to}${rest.slice(rule.from.length)}`;
  }

  /** Whether the same rule maps both, so that their order stays, and what lies between them is mapped by it as well. */
  isMappedAlike(one: string, other: string): boolean {
    const [a, b] = [this.split(one), this.split(other)];
    return a.rule !== undefined && a.rule === b.rule && a.spelled === b.spelled;
  }

  /** The prefixes that no path may have any more, without a scheme. */
  get movedPrefixes(): readonly string[] {
    return this.rules.filter(({ from, to }) => from !== to).map(({ from }) => from);
  }

  private split(path: string): {
    readonly spelled: string;
    readonly rest: string;
    readonly rule: PathRule | undefined;
  } {
    const spelled = scheme.exec(path)?.[0] ?? '';
    const rest = path.slice(spelled.length);
    const rule = spelled === '' ? undefined : this.rules.find(({ from }) => isWithin(rest, from));
    return { spelled, rest, rule };
  }
}

function isWithin(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function notALocation(side: string): Diagnostic {
  return diagnostic({
    code: 'path-rule-not-a-location',
    message: `'${side}' must be s3://<bucket> or s3://<bucket>/<prefix>, without a slash at the end.`,
    fix: 'Correct the pair of source and target locations.',
  });
}

function overlap(from: string, to: string): Diagnostic {
  return diagnostic({
    code: 'path-rules-overlap',
    message: `The target s3://${to} and the source s3://${from} overlap, so an old path could not be told from a new one.`,
    fix: 'Give the target bucket a name that no source bucket has (`to.bucket` of the rule that maps it).',
  });
}
