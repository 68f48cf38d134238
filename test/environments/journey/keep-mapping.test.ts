import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsMapping } from '../../../environments/journey/keep-mapping.js';

test('a mapping is written once; one that somebody has changed is kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'a2o-journey-'));
  try {
    const file = join(folder, 'mapping.yaml');
    expect(keepsMapping(file, 'own')).toBe(false);
    expect(keepsMapping(file, 'own')).toBe(false);
    writeFileSync(file, 'changed');
    expect(keepsMapping(file, 'own')).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('changed');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
