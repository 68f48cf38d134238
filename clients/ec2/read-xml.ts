import { xmlText } from '../s3/transfer/reply-failure.js';

/** An element of an answer: its text, or its elements by name. */
export interface XmlElement {
  readonly text: string;
  /** The first of this name; an empty element where there is none. */
  one(name: string): XmlElement;
  /** The `item`s of the first of this name. */
  items(name: string): readonly XmlElement[];
}

interface Node {
  text: string;
  readonly children: (readonly [name: string, node: Node])[];
}

/** Answers of EC2 have neither attributes that matter, nor text beside elements. Undefined where it is not XML. */
export function readXml(xml: string): XmlElement | undefined {
  const root: Node = { text: '', children: [] };
  const open: { readonly name: string; readonly node: Node }[] = [{ name: '', node: root }];
  for (const [, end, name = '', empty, text = ''] of xml.matchAll(tag)) {
    const parent = open.at(-1);
    if (parent === undefined) return undefined;
    if (end === '/') {
      if (open.length === 1 || parent.name !== name) return undefined;
      open.pop();
      continue;
    }
    const node: Node = { text: xmlText(text), children: [] };
    parent.node.children.push([name, node]);
    if (empty !== '/') open.push({ name, node });
  }
  const first = root.children[0]?.[1];
  return open.length === 1 && first !== undefined ? elementOf(first) : undefined;
}

const tag = /<(\/?)([A-Za-z][\w.:-]*)(?:\s[^<>]*?)?(\/?)>([^<]*)/g;

function elementOf({ text, children }: Node): XmlElement {
  const one = (name: string): XmlElement =>
    elementOf(children.find(([each]) => each === name)?.[1] ?? { text: '', children: [] });
  const items = (name: string): readonly XmlElement[] =>
    (children.find(([each]) => each === name)?.[1].children ?? [])
      .filter(([each]) => each === 'item')
      .map(([, node]) => elementOf(node));
  return { text: text.trim(), one, items };
}
