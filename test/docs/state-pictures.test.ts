import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { stepTransitions } from '../../migration/cutover/machine.js';
import { pictures, withPicture } from '../../scripts/state-pictures.js';
import { jobTransitions } from '../../state/repositories/migration-jobs.js';
import { machineMove } from '../../waves/state-machine/index.js';

test.each(pictures)('$page shows the states of $source (`npm run docs:states`)', (picture) => {
  const page = readFileSync(picture.page, 'utf8');
  expect(page).toBe(withPicture(page, picture));
});

describe('a picture has every state', () => {
  const pictureOf = (page: string): string => pictures.find((picture) => picture.page === page)?.text ?? '';

  test('of a job', () => {
    for (const status of Object.keys(jobTransitions)) expect(pictureOf('docs/state.md')).toMatch(`\n  ${status} --> `);
  });

  test('of a step of a cutover', () => {
    for (const { to } of Object.values(stepTransitions))
      expect(pictureOf('docs/cutover.md')).toContain(` --> ${(to ?? 'pending').replace('-', '_')}`);
  });

  test('of a machine: each task that does something, and each end', () => {
    const picture = pictureOf('docs/waves/architecture.md');
    const told = Object.entries(machineMove.states).filter(
      ([, state]) => state.kind === 'task' && state.action.startsWith('notify-'),
    );
    expect(told.length).toBeGreaterThan(4);
    for (const [name] of told) expect(picture).not.toContain(name);
    for (const [name, state] of Object.entries(machineMove.states))
      if (state.kind === 'succeed' || state.kind === 'fail') expect(picture).toContain(`  ${name} --> [*]\n`);
      else if (state.kind === 'task' && !told.some(([each]) => each === name))
        expect(picture).toContain(` --> ${name}`);
  });
});

test.each(pictures)('a page without the markers of $source is an error that names both', (picture) => {
  expect(() => withPicture('# A page\n', picture)).toThrow(
    `${picture.page} lacks the lines <!-- Generated from ${picture.source}`,
  );
});
