import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TableDigests } from '../../state/repositories/table-digests.js';
import { countChanges, countDifferent, packDigests } from '../../state/repositories/table-digests.js';

const lake = fc.dictionary(fc.string(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxKeys: 30 });
const pack = (tables: Readonly<Record<string, bigint>>): TableDigests =>
  packDigests(Object.entries(tables).map(([table_name, print]) => ({ table_name, fingerprint: print.toString() })));

test('counts by digests equal a comparison name by name', () => {
  fc.assert(
    fc.property(lake, lake, lake, (common, before, after) => {
      const [old, now] = [
        { ...common, ...before },
        { ...common, ...after },
      ];
      const names = Object.keys(old);
      expect(countChanges(pack(old), pack(now))).toEqual({
        added: Object.keys(now).filter((name) => !Object.hasOwn(old, name)).length,
        removed: names.filter((name) => !Object.hasOwn(now, name)).length,
        changed: names.filter((name) => Object.hasOwn(now, name) && old[name] !== now[name]).length,
      });
    }),
  );
});

test('where the names are the same, the fingerprints alone tell how many differ', () => {
  fc.assert(
    fc.property(lake, fc.infiniteStream(fc.boolean()), (tables, changes) => {
      const flips = Object.entries(tables).map(([name, print]) => {
        const isChanged = changes.next().value === true;
        return { name, print: isChanged ? print ^ 1n : print, isChanged };
      });
      const now = Object.fromEntries(flips.map(({ name, print }) => [name, print]));
      const different = flips.filter(({ isChanged }) => isChanged).length;
      expect(countDifferent(pack(tables).fingerprints, pack(now).fingerprints)).toBe(different);
    }),
  );
});
