import type { AttributeValue } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

export interface Expressions {
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** Whether the condition holds for an item, or for its absence. Knows AND or OR of the terms below, no brackets. */
export function holds(expressions: Expressions, item: Item | undefined): boolean {
  const { ConditionExpression: condition } = expressions;
  if (condition === undefined) return true;
  return condition
    .split(' OR ')
    .some((part) => part.split(' AND ').every((term) => termHolds(term, expressions, item)));
}

/** Source: Amazon DynamoDB Developer Guide, 'Comparison operator and function reference'. */
function termHolds(term: string, expressions: Expressions, item: Item | undefined): boolean {
  const [, name = '', parameter = '', value = ''] =
    /^(?:(\w+)\(([\w#:]+)(?:, ([\w:]+))?\)|[\w#]+)(?: [=<] [\w:]+)?$/.exec(term.trim()) ?? [];
  const attribute = item?.[nameIn(parameter, expressions)];
  switch (name) {
    case 'attribute_exists':
      return attribute !== undefined;
    case 'attribute_not_exists':
      return attribute === undefined;
    case 'begins_with':
      return attribute?.S?.startsWith(valueIn(value, expressions).S ?? '') ?? false;
    case 'contains':
      return attribute?.SS?.includes(valueIn(value, expressions).S ?? '') ?? false;
    case 'size': {
      const limit = valueIn(term.split(' < ')[1] ?? '', expressions);
      return attribute?.SS !== undefined && attribute.SS.length < Number(limit.N);
    }
    case '': {
      const [left = '', right = ''] = term.split(' = ');
      return JSON.stringify(item?.[nameIn(left, expressions)]) === JSON.stringify(valueIn(right, expressions));
    }
    default:
      throw new Error(`The stub does not know the condition ${term}`);
  }
}

/** The item after the update. Source: Amazon DynamoDB Developer Guide, 'Update expressions'. */
export function changedBy(expressions: Expressions, before: Item): Item {
  const after: Item = { ...before };
  const clauses = (expressions.UpdateExpression ?? '').matchAll(
    /\b(SET|REMOVE|ADD|DELETE) (.*?)(?= (?:REMOVE|SET) |$)/g,
  );
  for (const [, verb, list = ''] of clauses)
    for (const part of list.split(', ')) {
      if (verb === 'REMOVE') Reflect.deleteProperty(after, nameIn(part, expressions));
      else if (verb === 'SET') set(after, part, expressions);
      else changeSet(after, part, expressions, verb === 'ADD');
    }
  return after;
}

function set(item: Item, part: string, expressions: Expressions): void {
  const [target = '', source = ''] = part.split(' = ');
  const [first = '', second] = source.split(' + ');
  const name = nameIn(target, expressions);
  item[name] =
    second === undefined
      ? valueIn(first, expressions)
      : { N: String(Number(item[nameIn(first, expressions)]?.N) + Number(valueIn(second, expressions).N)) };
}

/** A set without members is no attribute. */
function changeSet(item: Item, part: string, expressions: Expressions, isAdded: boolean): void {
  const [target = '', value = ''] = part.split(' ');
  const name = nameIn(target, expressions);
  const given = valueIn(value, expressions).SS ?? [];
  const held = item[name]?.SS ?? [];
  const members = isAdded ? [...new Set([...held, ...given])] : held.filter((one) => !given.includes(one));
  if (members.length === 0) Reflect.deleteProperty(item, name);
  else item[name] = { SS: members };
}

function nameIn(text: string, { ExpressionAttributeNames: names = {} }: Expressions): string {
  return names[text] ?? text;
}

function valueIn(text: string, { ExpressionAttributeValues: values = {} }: Expressions): AttributeValue {
  const value = values[text];
  if (value === undefined) throw new Error(`The expression has no value ${text}`);
  return value;
}
