import type { DescribedColumn } from '../sql/columns-query.js';
import type { ComparedColumn } from '../sql/scan.js';
import { agreeOnTexts } from '../values/form.js';
import type { Form } from '../values/form.js';
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
  const [notCompared, asText]: [ReasonForColumn[], ReasonForColumn[]] = [[], []];
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
      }
    }
  }
  for (const { name } of others.values()) notCompared.push({ column: name, reason: 'it is only at the target' });
  return { columns, notCompared, asText };
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
