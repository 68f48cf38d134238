import { agreeOnTexts } from '../../validation/values/form.js';
import type { Form } from '../../validation/values/form.js';
import type { ComparedColumn } from '../../validation/sql/scan.js';

/** What values of these types are compared as, by the strict rules. */
export function formOf(source: string, target = source): Form {
  const form = agreeOnTexts(source, target, () => ({}));
  if (!form.ok) throw new Error(form.error);
  return form.value;
}

/** A column with the same name on both sides. */
export function comparedColumn(name: string, type: string): ComparedColumn {
  return { name: { source: name, target: name }, form: formOf(type) };
}
