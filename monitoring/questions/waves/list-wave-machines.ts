import { pageOfWaveMachines } from '../../../state/repositories/wave-reports.js';
import { pageInput, pageOutput, readPageOf } from '../page.js';
import type { Question } from '../question.js';
import { list, object, oneOf, text } from '../schema.js';
import type { TypeOf } from '../schema.js';
import { machineDocument, machineSchema, machineStatus } from './machine-document.js';

const input = object(
  {},
  {
    wave: text('Only machines of this wave.', { minLength: 1, maxLength: 64 }),
    application: text('Only machines of this application.', { minLength: 1, maxLength: 64 }),
    statuses: list(machineStatus, 'Only machines with one of these statuses.'),
    search: text(
      'Only machines of which the id, the name at the target or the id at the source is like this: `*` stands for any text, `?` for one character.',
      { minLength: 1, maxLength: 512 },
    ),
    sort: oneOf(['name', 'application', 'wave', 'since'], 'since: when it got its status. Default: name.'),
    direction: oneOf(['asc', 'desc'], 'Default: asc.'),
    ...pageInput,
  },
);
const output = object(pageOutput(machineSchema));

export const listWaveMachines: Question<TypeOf<typeof input>, TypeOf<typeof output>> = {
  name: 'list_wave_machines',
  title: 'Machines of waves',
  description:
    'Virtual machines that are moved in waves, filtered by wave, application, status and name, with what they wait for or why they failed, page by page.',
  input,
  output,
  ask: (state, asked) => {
    const { wave, application, statuses, search: pattern, sort, direction } = asked;
    const machines = { wave, application, statuses, pattern, sort, direction };
    return readPageOf(asked, (page) => pageOfWaveMachines(state, machines, page), machineDocument);
  },
};
