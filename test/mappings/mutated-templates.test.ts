import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { load } from '../support/templates.js';

const templates = ['default', 'everything-to-iceberg', 'ceph-team-databases'].map((name) =>
  readFileSync(`mappings/templates/${name}.yaml`, 'utf8'),
);
const words = [...new Set(templates.join('\n').match(/[\w"${}[\]:,-]+/g) ?? [])];

type Mutation = (text: string) => string;

const at = fc.double({ min: 0, max: 1, noNaN: true });
const splice = (text: string, place: number, remove: number, insert: string): string => {
  const start = Math.floor(place * text.length);
  return text.slice(0, start) + insert + text.slice(start + remove);
};

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.nat(20), fc.string({ unit: 'binary', maxLength: 3 })).map(
    ([place, remove, insert]): Mutation =>
      (text) =>
        splice(text, place, remove, insert),
  ),
  fc
    .tuple(
      at,
      fc.constantFrom(
        ...words,
        'null',
        '[]',
        '{}',
        '~',
        '-1',
        '1e999',
        '.nan',
        '*a',
        '&a',
        '!!js x',
        '${',
        '<<',
        '__proto__',
      ),
    )
    .map(
      ([place, word]): Mutation =>
        (text) =>
          splice(text, place, word.length, word),
    ),
  fc.tuple(at, at).map(([from, to]): Mutation => (text) => {
    const lines = text.split('\n');
    const line = lines.splice(Math.floor(from * lines.length), 1);
    lines.splice(Math.floor(to * lines.length), 0, ...line);
    return lines.join('\n');
  }),
  at.map(
    (place): Mutation =>
      (text) =>
        text.slice(0, Math.floor(place * text.length)),
  ),
);

test('10,000 mutated templates: each is accepted, or refused with places and fixes; none throws', () => {
  const outcomes = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...templates),
      fc.array(mutation, { minLength: 1, maxLength: 4 }),
      (template, mutations) => {
        const loaded = load(mutations.reduce((text, mutate) => mutate(text), template));
        outcomes[loaded.ok ? 'accepted' : 'refused'] += 1;
        if (loaded.ok) return;
        expect(loaded.error.length).toBeGreaterThan(0);
        for (const { message, fix, code } of loaded.error) {
          expect(message).not.toMatch(/undefined|\[object|NaN is/);
          expect(fix).not.toBe('');
          expect(code).toMatch(/^[a-z-]+$/);
        }
      },
    ),
    { numRuns: 10_000 },
  );
  expect(outcomes.accepted).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(1000);
}, 300_000);
