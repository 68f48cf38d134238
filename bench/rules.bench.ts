import { loadTemplate } from '../mappings/language/index.js';
import { findTemplateOnDisk } from '../mappings/find-template.js';
import { median, print } from './measure.js';

// Checking the rules of one template. The baseline is a tenth of them: comparing each with all others would take 100 times
// as long. Processor time, so that other work on the machine matters less.
const rounds = 3;
const [few, many] = [1000, 10_000];
const kinds: Readonly<Record<string, (rule: number) => string>> = {
  'tables by name': (rule) => `table: t${rule}`,
  'tables by glob': (rule) => `table: "t${rule}_*"`,
  'tables by size': (rule) => `sizeGb: {gt: ${many - rule}}`,
};

for (const [kind, conditionOf] of Object.entries(kinds)) {
  const times = { few: [] as number[], many: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.few.push(secondsOf(few, conditionOf));
    times.many.push(secondsOf(many, conditionOf));
  }
  const value = median(times.many);
  print({
    name: `check ${many.toLocaleString('en')} rules, ${kind}`,
    measure: `seconds of processor time; baseline: ${few.toLocaleString('en')} rules`,
    value,
    baseline: median(times.few),
    bound: 20,
  });
  print({
    name: `check ${many.toLocaleString('en')} rules, ${kind}`,
    measure: 'seconds; baseline: 5 s',
    value,
    baseline: 5,
    bound: 1,
  });
}

function secondsOf(count: number, conditionOf: (rule: number) => string): number {
  const rules = Array.from(
    { length: count },
    (_, rule) => `- {name: r${rule}, when: {kind: table, ${conditionOf(rule)}}, skip: x}\n`,
  );
  const text = `apiVersion: aws2openstack/v1\nkind: MappingTemplate\nmetadata: {name: bench}\nextends: default\nrules:\n${rules.join('')}`;
  const start = process.cpuUsage();
  const loaded = loadTemplate('bench.yaml', {
    find: (reference, from) =>
      reference === 'bench.yaml' ? { ok: true, value: { file: reference, text } } : findTemplateOnDisk(reference, from),
  });
  const { user, system } = process.cpuUsage(start);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error[0]));
  return (user + system) / 1e6;
}
