// Synthesizes the demo into a folder again and again, with one mapping and with another, until it is killed.
import { inputHashes, planFromFiles } from '../../mappings/index.js';
import { writeTerraform } from '../../stacks/index.js';

const [assessment = '', output = '', ...mappings] = process.argv.slice(2);
const planned = [];
for (const mapping of mappings) {
  const one = await planFromFiles({ assessment, mapping });
  if (!one.ok) throw new Error(JSON.stringify(one.error));
  planned.push(one.value);
}
for (let turn = 0; ; turn += 1) {
  const next = planned[turn % planned.length];
  if (next === undefined) throw new Error('Name at least one mapping.');
  const written = await writeTerraform(next.plan, output, inputHashes(next));
  if (!written.ok) throw new Error(JSON.stringify(written.error));
  if (turn === 0) console.log('ready');
}
