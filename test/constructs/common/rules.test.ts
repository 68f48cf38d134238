import { expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { failedRules, requireValid } from '../../../constructs/common/index.js';
import type { Rule } from '../../../constructs/common/index.js';

const rules: readonly Rule<{ size: number }>[] = [
  { code: 'too-small', holds: ({ size }) => size > 0, message: ({ size }) => `${size} is too small.`, fix: 'Grow it.' },
  { code: 'odd', holds: ({ size }) => size % 2 === 0, message: ({ size }) => `${size} is odd.`, fix: 'Make it even.' },
];

test('every rule that does not hold is reported, of every construct, with its path; nothing is synthesized', () => {
  const app = new App();
  const stack = new TerraformStack(app, 'stack');
  requireValid(new Construct(stack, 'first'), rules, { size: -1 });
  requireValid(new Construct(stack, 'second'), rules, { size: 3 });
  requireValid(new Construct(stack, 'third'), rules, { size: 2 });
  expect(failedRules(app).map(({ path, code }) => `${path} ${code}`)).toEqual([
    'stack/first too-small',
    'stack/first odd',
    'stack/second odd',
  ]);
  expect(() => {
    app.synth();
  }).toThrow(/-1 is too small[\s\S]*3 is odd/);
});
