import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { median, print } from './measure.js';

// What it costs to start the compiled command (`npm run build`): against Node with commander alone, and what `plan` takes
// on top. Processor time, user and system, of processes that take turns, so that other work on the machine weighs on all.
const rounds = 9;

const root = join(import.meta.dirname, '..');
const command = [join(root, 'cli', 'aws2openstack.mjs')];
const programs = {
  commander: ['--eval', "import('commander')"],
  version: [...command, '--version'],
  help: [...command, '--help'],
  plan: [...command, 'plan', '--assessment', join(root, 'examples', 'demo')],
} as const;
type Program = keyof typeof programs;

/** Seconds of processor time of one run. */
async function timeRun(args: readonly string[]): Promise<number> {
  const report =
    'process.on("exit",()=>{const{user,system}=process.cpuUsage();process.stderr.write(`\\n${user+system}`)})';
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${report}`, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let microseconds = '';
  child.stderr.on('data', (chunk: Buffer) => (microseconds += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code ?? 'a signal'}: ${microseconds}`);
  // Warnings come before it.
  return Number(microseconds.split('\n').at(-1)) / 1e6;
}

const names = Object.keys(programs) as Program[];
const times: Record<Program, number[]> = { commander: [], version: [], help: [], plan: [] };
for (let round = 0; round <= rounds; round++) {
  for (const name of names) {
    const seconds = await timeRun(programs[name]);
    // The first round reads the files from the disk.
    if (round > 0) times[name].push(seconds);
  }
}

const baseline = median(times.commander);
for (const name of ['version', 'help'] as const) {
  print({
    name: `start: aws2openstack --${name}`,
    measure: 'processor seconds; baseline: node --eval "import(\'commander\')"',
    value: median(times[name]),
    baseline,
    bound: 4,
  });
}
print({
  name: "start: aws2openstack plan of the demo's assessment",
  measure: 'processor seconds more than --version; baseline: 1 s',
  value: median(times.plan) - median(times.version),
  baseline: 1,
  bound: 1,
});
