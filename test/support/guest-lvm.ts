import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const mebibyte = 1024 * 1024;

/** The size of the physical volume. */
export const lvmMiB = 400;

/** In MiB, which is an extent; the data area begins after the first. */
const volumes = {
  root: [
    { from: 4, length: 8 },
    { from: 20, length: 330 },
  ],
  home: [{ from: 360, length: 32 }],
} as const;

/**
 * A physical volume of the group `vgguest` with the logical volumes `swap_1`, `root` (in two pieces) and `home`; each gets a
 * file system. LVM itself has written its label and metadata: pvcreate, vgcreate -s 1M and vgcfgrestore of LVM 2.03.16.
 */
export function makeLvm(file: string, content: Readonly<Partial<Record<keyof typeof volumes, string>>>): void {
  writeFileSync(file, gunzipSync(Buffer.from(head.join(''), 'base64')));
  truncateSync(file, lvmMiB * mebibyte);
  const open = openSync(file, 'r+');
  writeSync(open, 'SWAPSPACE2', mebibyte + 4086);
  for (const [name, image] of Object.entries(content)) {
    const bytes = readFileSync(image);
    let done = 0;
    for (const { from, length } of volumes[name as keyof typeof volumes]) {
      const piece = bytes.subarray(done, done + length * mebibyte);
      writeSync(open, piece, 0, piece.length, (1 + from) * mebibyte);
      done += piece.length;
    }
  }
  closeSync(open);
}

const head = [
  'H4sIAGZZDGsC/+1YYW7bNhRONmDDCAzd3/0jlBVNi9KRKEuWg2aYk6ieEdsJYjdBl2SCKlO2EElUJEq12/QEvcHusgvsADvHjjBSspM2aQskwB',
  'AE42fIJJ9Ive99jxQhLi1J/J/RbW3a3d2+vTxv7zz78w8o7Ac9DFVVGxib29OZ0XhxFm/t7HrGzHyx9avfj/3ANnfCts67/liN/OHLjha3/3nw',
  'ydtf8WtZpkNCQkJCQkJCQkJCQuI/w+nS6l+w/NibHhmth6naf/Lz8qe+176piu+/rcr377/+W6p3/1GMxznJGHwLghHcgMoszHfOYpR6o100bB',
  '08R/pQN9AbTE5Ruzc4RO39SH05UUBGzmLKB2jAp2nkMjE2LCLM7zCX5RlvHyn79qDzm93a7NrKU8hbrW1RHu53hrZyAvzQHZf9TgCZMhIzJwve',
  'EG7Aat0CkTt1woK31LKazKuEuSOXuY5Hk4BkpQ0kk1kWeG7oFDTMI259y22FehFTdYaBxCEGEqcYSBxjIHGOgcRBBqpOMhQwIkXgCQLKGq+uhZ',
  'QmqgI+DKjV7e5utYZlRB8FwPsv2FtaE6sqSIjDB6ZsEQ9vezSPRVtvNsE7/gP8WoFtEpPUZWQEX82qlViQNAtoDHFN1WuauYofw1WsYoxUA2nW',
  '43U4yGPYpwXETaiZ6wZeNyzuBJsAeDQWSgpWypCrCp9X2TkolYHtlOaJAhYORPo49cxLg4RVBuUwDRiBfkojWIy9lHBmECH+XD8Yw0eVRNmaH4',
  'SMpBtHx4p7/vulWj+dHytPj5X0vPaE107gonueEWde5yPJhgpfud5pnqxVxWXbTb1JUPAOjyDKoNaDi/l56aPGU1Ly4oSdCc3KqVdEyncrsBvE',
  '+RQWETRrmlWr15HvocIyGnBFg4PeHtzbt+3e3tDZftlv9Tpb8BcVTi3TMeuXD2RBJJKoNZpGs6FpDYs/9vNyy/WP5fq//foP6fgq7+y1mzjaBX',
  'W3BPrin6tdEf1DmXnloDPoXCP8uQlvGNcXVzlDRMrHkcjSIgz+7pibBN8yWKdKZJmWeU4XvesAsFlSqpsx/r4hI8FaVD56YGkpOQKF55DzV8FJ',
  'pVZKKbuZMPhuhME3Esa6rTD1Upi5J3zdk3XVk66rt/WFL7IwoVyWG2VBvw/TU8e3lUY3F9q8uwcbuj9OuVo0vatN3eckaozHMd945G4uIXF3+B',
  'eEMYj2ACAAAA==',
];
