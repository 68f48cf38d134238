// Every check, then every test; with the argument `integration` the tests in test/integration alone. All run, whatever
// fails before them; each check counts as one test in the closing line.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const resultFile = join(root, 'coverage', 'jest.json');
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };

const isIntegration = process.argv[2] === 'integration';

const checks = isIntegration
  ? {}
  : {
      lint: 'npm run lint',
      types: 'npm run typecheck',
      'import rules': 'npm run deps',
      'python lint': 'npm run lint:python',
      'shell lint': 'npm run lint:shell',
    };
const outcomes = Object.entries(checks).map(([name, command]) =>
  step(name, command.split(' ')) ? passed(1) : failed(1),
);

mkdirSync(join(root, 'coverage'), { recursive: true });
rmSync(resultFile, { force: true });
const which = isIntegration ? ['--testPathIgnorePatterns=/node_modules/', '--', 'test/integration/'] : ['--coverage'];
const jestOk = step('tests', ['npm', 'test', '--', '--json', `--outputFile=${resultFile}`, ...which]);
outcomes.push(jestOutcome(jestOk));

const total = (kind) => outcomes.reduce((sum, outcome) => sum + outcome[kind], 0);
const skipped = total('skipped') > 0 ? `, ${total('skipped')} skipped` : '';
console.log(`${total('passed')} passed, ${total('failed')} failed${skipped}`);
process.exitCode = total('failed') === 0 ? 0 : 1;

function step(name, [command, ...args]) {
  console.log(`\n== ${name}`);
  const started = Date.now();

  const { status } = spawnSync(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - started) / 1000)} s`);
  return status === 0;
}

function jestOutcome(ok) {
  let result;
  try {
    result = JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    return failed(1);
  }
  // A file that does not load holds no failed test, and too little coverage fails none: neither may count as nothing.
  const broken = result.numRuntimeErrorTestSuites;
  const coverageTooLow = !ok && result.numFailedTests + broken === 0 ? 1 : 0;
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken + coverageTooLow,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

function passed(count) {
  return { passed: count, failed: 0, skipped: 0 };
}

function failed(count) {
  return { passed: 0, failed: count, skipped: 0 };
}
