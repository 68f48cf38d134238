// Every check, then every test; with the argument `integration` the tests in test/integration alone. All run, whatever
// fails before them; each check counts as one test in the closing line.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const resultFile = join(root, 'coverage', 'jest.json');
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const shownFiles = 10;

const running = new Set();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => {
    for (const { pid } of running) end(pid);
    process.exit(code);
  });

const isIntegration = process.argv[2] === 'integration';

// Side by side, because most of them use one core.
const checks = isIntegration
  ? {}
  : {
      lint: 'npm run lint',
      types: 'npm run typecheck',
      'import rules': 'npm run deps',
      'python lint': 'npm run lint:python',
      'shell lint': 'npm run lint:shell',
    };
const outcomes = await Promise.all(
  Object.entries(checks).map(async ([name, command]) =>
    (await step(name, command.split(' '), 'pipe')) ? passed(1) : failed(1),
  ),
);

mkdirSync(join(root, 'coverage'), { recursive: true });
rmSync(resultFile, { force: true });
const which = isIntegration
  ? ['--testPathIgnorePatterns=/node_modules/', '--', 'test/integration/']
  : // Asked for, because it takes a third more processor time.
    process.env.A2O_COVERAGE === '1'
    ? ['--coverage']
    : [];
const jestOk = await step('tests', ['npm', 'test', '--', '--json', `--outputFile=${resultFile}`, ...which], 'inherit');
const result = jestResult();
outcomes.push(outcomeOf(result, jestOk));
report('slowest files', slowest(result));
report('skipped tests', skippedTests(result));
if (isIntegration && process.env.A2O_MATRIX !== 'full')
  report('left out', ['  combinations beyond the contract (docs/testing.md): A2O_MATRIX=full make test-integration']);

const total = (kind) => outcomes.reduce((sum, outcome) => sum + outcome[kind], 0);
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : '';
console.log(`\n${total('passed')} passed, ${total('failed')} failed${skipped}`);
process.exitCode = total('failed') === 0 ? 0 : 1;

function end(group) {
  try {
    process.kill(-group, 'SIGTERM');
  } catch {
    // It has ended.
  }
}

/** Whether the command succeeds. With `pipe` its output is printed whole when it ends, because others run beside it. */
async function step(name, [command, ...args], output) {
  const started = Date.now();
  let text = '';
  if (output === 'inherit') console.log(`\n== ${name}`);

  // A process group of its own, which can be ended whole: npm's shell does not hand signals on.
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', output, output], detached: true });
  if (child.pid !== undefined) running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part) => (text += part));
  const status = await new Promise((ended) => {
    child.on('error', ({ message }) => {
      text += `${message}\n`;
      ended(1);
    });
    child.on('close', ended);
  });
  running.delete(child);

  if (output === 'pipe') process.stdout.write(`\n== ${name}\n${text}`);
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
  return status === 0;
}

/** What jest wrote; undefined when it wrote nothing. */
function jestResult() {
  try {
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return undefined;
  }
}

function outcomeOf(result, ok) {
  if (result === undefined) return failed(1);
  // A file that does not load holds no failed test, and too little coverage fails none: neither may count as nothing.
  const broken = result.numRuntimeErrorTestSuites;
  const coverageTooLow = !ok && result.numFailedTests + broken === 0 ? 1 : 0;
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken + coverageTooLow,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** The slowest files with their seconds, by the clock: files run side by side, so the sum is more than the whole. */
function slowest({ testResults = [] } = {}) {
  return testResults
    .map(({ name, startTime, endTime }) => ({ name, seconds: (endTime - startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, shownFiles)
    .map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${relative(root, name)}`);
}

function skippedTests({ testResults = [] } = {}) {
  return testResults.flatMap(({ name, assertionResults = [] }) =>
    assertionResults
      .filter(({ status }) => status === 'pending' || status === 'todo')
      .map(({ fullName }) => `  ${relative(root, name)}: ${fullName}`),
  );
}

function report(title, lines) {
  if (lines.length > 0) console.log(`\n== ${title}\n${lines.join('\n')}`);
}

function passed(count) {
  return { passed: count, failed: 0, skipped: 0 };
}

function failed(count) {
  return { passed: 0, failed: count, skipped: 0 };
}
