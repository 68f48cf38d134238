import { printable } from '../../core/diagnostic.js';
import type { Explanation } from '../../mappings/index.js';
import type { SizeFigure, SizeInput } from '../../mappings/size-lakehouse.js';

/** For people. */
export function describeExplanations(explanations: readonly Explanation[]): string {
  return explanations.map(describeExplanation).join('\n');
}

/** For people. */
export function describeSizing(figures: readonly SizeFigure[]): string {
  return figures.map(describeFigure).join('\n');
}

function describeExplanation({ key, outcome, what, remarks, tried }: Explanation): string {
  return [
    `${key} is ${outcome}: ${what}`,
    ...remarks.flatMap(({ text, source, fix }) => [
      `  remark: ${text} (${source})`,
      ...(fix === null ? [] : [`    fix: ${fix}`]),
    ]),
    '  rules in the order they were tried:',
    ...tried.flatMap(({ name, origin, matched, because }) => [
      `    ${matched ? 'matched' : 'no     '}  ${name} (${origin.file}:${origin.line})`,
      ...because.map((reason) => `               ${reason}`),
    ]),
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}

function describeFigure({ name, value, unit, because, confidence, inputs, override }: SizeFigure): string {
  return [
    `${name} = ${value} ${unit}: ${because} (confidence: ${confidence})`,
    ...inputs.map(describeInput),
    `  override: ${override}`,
  ]
    .map(printable)
    .join('\n')
    .concat('\n');
}

function describeInput({ name, value, unit, source, confidence }: SizeInput): string {
  return `  from ${name}: ${value === null ? 'unknown' : `${value} ${unit}`.trim()} (${source}; confidence: ${confidence})`;
}
