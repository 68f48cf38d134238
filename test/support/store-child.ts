import { stateLocation, storeAssessment, withState } from '../../state/index.js';
import { assessmentWith, table } from './assessment-builder.js';

/**
 * A process to be killed: stores one assessment of so many tables in the store of its environment. Says `ready` on a line
 * when the next thing it does is storing, and `stored` when that is done.
 */
const count = Number(process.argv[2]);
const location = stateLocation(process.env, process.cwd());
if (!location.ok) throw new Error(JSON.stringify(location.error));
const assessment = assessmentWith(
  Array.from({ length: count }, (_, index) => table(`db_${index % 20}.table_${index}`, { notes: [`note ${index}`] })),
);
const done = await withState(location.value, { access: 'write', purpose: 'test' }, async (state) => {
  process.stdout.write('ready\n');
  await storeAssessment(state, assessment);
  process.stdout.write('stored\n');
});
if (!done.ok) throw new Error(JSON.stringify(done.error));
