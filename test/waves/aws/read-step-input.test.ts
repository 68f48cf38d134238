import { expect, test } from '@jest/globals';
import { readStepInput } from '../../../waves/aws/read-step-input.js';

const input = { action: 'validate', state: 'ValidateInput', migrationId: 'm-1', correlationId: 'c-1' };

test('what Step Functions passes is taken, with the error that led here', () => {
  expect(readStepInput({ ...input, more: 1 }, ['validate'])).toEqual(input);
  const error = { Error: 'CutoverError', Cause: 'no capacity' };
  expect(readStepInput({ ...input, error }, ['validate'])).toEqual({ ...input, error });
  expect(readStepInput({ ...input, error: { Error: 'X', Cause: 7 } }, ['validate']).error).toEqual({ Error: 'X' });
});

test.each([
  ['nothing', undefined, "'action' must be one of validate, prepare (it is missing)."],
  ['a text', 'validate', "'action' must be one of validate, prepare (it is missing)."],
  [
    'the action of another function',
    { ...input, action: 'finalize' },
    '\'action\' must be one of validate, prepare (it is "finalize").',
  ],
  ['an id with a path', { ...input, migrationId: '../x' }, "'migrationId' must match"],
  ['no state', { ...input, state: '' }, '\'state\' must be a text of 1 to 256 characters (it is "").'],
  ['a long correlation id', { ...input, correlationId: 'x'.repeat(257) }, "'correlationId' must be a text"],
  ['an error without a name', { ...input, error: null }, "'error.Error' must be a text (it is missing)."],
])('%s is refused with field, value and rule', (_what, event, message) => {
  expect(() => readStepInput(event, ['validate', 'prepare'])).toThrow(
    expect.objectContaining({ name: 'ValidationError', message: expect.stringContaining(message) }),
  );
});
