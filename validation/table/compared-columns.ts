import type { DescribedColumn } from '../sql/columns-query.js';
import type { ComparedColumn } from '../sql/scan.js';
import { agreeOnTexts } from '../values/form.js';
import type { Form, RulesOfKind } from '../values/form.js';
import type { TrinoType } from '../values/trino-type.js';
import { rulesFor } from '../values/value-rules.js';
import type { RuleSet, ValueRules } from '../values/value-rules.js';

export interface ReasonForColumn {
  readonly column: string;
  readonly reason: string;
}

export interface ComparedColumns {
  readonly columns: readonly ComparedColumn[];
  readonly notCompared: readonly ReasonForColumn[];
  /** Among `columns`. */
  readonly asText: readonly ReasonForColumn[];
  /** Among `columns`: what counts as equal in them by a rule, and is not the same. */
  readonly lenient: readonly ReasonForColumn[];
}

export interface ColumnChoice {
  readonly rules: RuleSet;
  readonly demoted: ReadonlyMap<TrinoType['kind'], string>;
  /** Names at the source; `undefined` for all. */
  readonly chosen: readonly string[] | undefined;
}

/** Pairs the columns by name without case. Whatever cannot be paired or compared is named, with the reason. */
export function comparedColumns(
  source: readonly DescribedColumn[],
  target: readonly DescribedColumn[],
  { rules, demoted, chosen }: ColumnChoice,
): ComparedColumns {
  const others = new Map(target.map((column) => [column.name.toLowerCase(), column]));
  const wanted = chosen?.map((name) => name.toLowerCase());
  const columns: ComparedColumn[] = [];
  const notCompared: ReasonForColumn[] = [];
  const asText: ReasonForColumn[] = [];
  const lenient: ReasonForColumn[] = [];
  for (const { name, type } of source) {
    const other = others.get(name.toLowerCase());
    others.delete(name.toLowerCase());
    const leaveOut = (reason: string): void => void notCompared.push({ column: name, reason });
    const ruleFor = (kind: string): ValueRules =>
      withDemotion(rulesFor(rules, name, kind), demoted.get(kind as TrinoType['kind']));
    if (wanted?.includes(name.toLowerCase()) === false) leaveOut('it was not chosen');
    else if (ruleFor('column').isExcluded === true) leaveOut('a rule excludes it');
    else if (other === undefined) leaveOut('it is missing at the target');
    else {
      const form = agreeOnTexts(type, other.type, ruleFor);
      if (!form.ok) leaveOut(form.error);
      else if (form.value.kind === 'not-compared') leaveOut(form.value.reason);
      else {
        columns.push({
          name: { source: name, target: other.name },
          form: form.value,
          ...(ruleFor('column').isMasked === true && { isMasked: true }),
        });
        const reason = reasonForText(form.value);
        if (reason !== undefined) asText.push({ column: name, reason });
        lenient.push(...[...leniencies(form.value, ruleFor)].map((each) => ({ column: name, reason: each })));
      }
    }
  }
  for (const { name } of others.values()) notCompared.push({ column: name, reason: 'it is only at the target' });
  return { columns, notCompared, asText, lenient };
}

function withDemotion(rules: ValueRules, asText: string | undefined): ValueRules {
  return asText === undefined ? rules : { ...rules, asText };
}

function reasonForText(form: Form): string | undefined {
  if (form.kind === 'canonical-text') return form.reason;
  if (form.kind === 'array') return reasonForText(form.element);
  if (form.kind === 'map') return reasonForText(form.key) ?? reasonForText(form.value);
  if (form.kind !== 'row') return undefined;
  return form.fields.map((field) => reasonForText(field.form)).find((reason) => reason !== undefined);
}

/** Clauses, without what the type itself does not keep, such as blanks after a char. */
function leniencies(form: Form, rules: RulesOfKind): ReadonlySet<string> {
  const within = (...forms: readonly Form[]) => forms.flatMap((each) => [...leniencies(each, rules)]);
  if (form.kind === 'float') return new Set(form.hasOneZero ? ['-0.0 and 0.0'] : []);
  if (form.kind === 'text')
    return new Set([
      ...(rules('varchar').trailingBlanks === 'equal' ? ['text with and without blanks at its end'] : []),
      ...(form.emptyIsNull ? ['empty text and NULL'] : []),
    ]);
  if (form.kind === 'array')
    return new Set([...(form.isOrdered ? [] : ['arrays in any order']), ...within(form.element)]);
  if (form.kind === 'map') return new Set(within(form.key, form.value));
  if (form.kind === 'row') return new Set(within(...form.fields.map((field) => field.form)));
  return new Set();
}
