import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { parseErrorOf } from '../support/parse-command.js';
import { shellCommands } from '../support/shell-commands.js';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface WorkflowStep {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly WorkflowStep[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = globSync('.github/workflows/*.yml', { cwd: root });
const workflowOf = (name: string): Workflow => parse(read(name)) as Workflow;

test('actionlint accepts every workflow, and shellcheck their scripts', async () => {
  const lint = promisify(execFile)(join(root, 'tools', 'linters', 'lint.sh'), ['workflows'], { cwd: root });
  await expect(lint).resolves.toMatchObject({ stdout: '' });
});

test('actionlint finds what is wrong', async () => {
  const lint = promisify(execFile)(join(root, 'tools', 'linters', 'lint.sh'), [
    'workflows',
    join(import.meta.dirname, 'broken-workflow.yml'),
  ]);
  await expect(lint).rejects.toMatchObject({
    stdout: expect.stringMatching(/"needs" section|needs job "nothing"[\s\S]*SC2086/),
  });
});

describe.each(names)('%s', (name) => {
  const { permissions, jobs } = workflowOf(name);
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? []);
  const commands = steps.flatMap(({ run = '' }) => shellCommands(run));

  test('reads the repository alone, except where a job says so, and every job ends', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) {
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeGreaterThan(0);
      else expect(existsSync(join(root, job.uses))).toBe(true);
    }
  });

  test('each job needs jobs that exist, and each step uses an action of a fixed version or runs commands', () => {
    for (const { needs = [] } of Object.values(jobs))
      expect([needs].flat().filter((need) => jobs[need] === undefined)).toEqual([]);
    for (const { uses, run } of steps) {
      expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1);
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
  });

  test('runs scripts, targets and commands that exist', async () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const targets = [...read('Makefile').matchAll(/^([a-z][a-z-]*):/gm)].map(([, target]) => target);
    const errors: string[] = [];
    for (const words of commands) {
      const [program = '', first = '', second = ''] = words;
      if (program === 'npm' && first === 'run' && scripts[second] === undefined) errors.push(words.join(' '));
      if (program === 'make' && !targets.includes(first)) errors.push(words.join(' '));
      if (program === 'node' && !existsSync(join(root, first))) errors.push(words.join(' '));
      const args =
        program === 'npx' && first === 'aws2openstack'
          ? words.slice(2)
          : program === 'node' && first === 'cli/aws2openstack.mjs'
            ? words.slice(2)
            : undefined;
      const error = args === undefined ? undefined : await parseErrorOf(args, false);
      if (error !== undefined) errors.push(`${words.join(' ')}: ${error}`);
    }
    expect(commands.length).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });

  test('takes no stored secret', () => {
    expect(read(name)).not.toMatch(/\$\{\{\s*secrets\./);
  });
});

describe('the release', () => {
  const { on, jobs } = workflowOf('.github/workflows/release.yml');

  test('begins with a tag alone, and tests before it builds', () => {
    expect(on).toEqual({ push: { tags: expect.any(Array) } });
    expect(jobs['test']).toMatchObject({ uses: './.github/workflows/ci.yml' });
    expect(jobs['build']?.needs).toBe('test');
    expect(workflowOf('.github/workflows/ci.yml').on).toHaveProperty('workflow_call');
  });

  test('publishes nothing unless a variable of the repository says so, and what was built is what is published', () => {
    const writing = Object.entries(jobs).filter(([, { permissions = {} }]) =>
      Object.values(permissions).includes('write'),
    );
    expect(writing.map(([job]) => job)).toEqual(['publish']);
    expect(jobs['publish']).toMatchObject({
      if: "vars.RELEASE_PUBLISH == 'true'",
      needs: 'build',
      environment: 'release',
    });
    const publishing = Object.entries(jobs).filter(([, { steps = [] }]) =>
      steps.some(({ run = '' }) => /docker push|gh release|npm publish/.test(run)),
    );
    expect(publishing.map(([job]) => job)).toEqual(['publish']);
    expect(jobs['publish']?.steps?.some(({ run }) => run?.includes('sha256sum --check --strict') === true)).toBe(true);
  });
});

describe('updates of dependencies', () => {
  interface Update {
    readonly 'package-ecosystem': string;
    readonly directory?: string;
    readonly directories?: readonly string[];
    readonly schedule: { readonly interval: string };
    readonly groups?: object;
  }
  const { version, updates } = parse(read('.github/dependabot.yml')) as {
    readonly version: number;
    readonly updates: readonly Update[];
  };
  const foldersOf = (ecosystem: string): readonly string[] =>
    updates
      .filter((update) => update['package-ecosystem'] === ecosystem)
      .flatMap(({ directory, directories = [] }) => (directory === undefined ? directories : [directory]))
      .sort();
  const manifests = (pattern: string): readonly string[] =>
    globSync(`{.devcontainer,docker,tools,environments}/${pattern}`, { cwd: root })
      .map((path) => `/${path.split('/').slice(0, -1).join('/')}`)
      .sort();

  test.each([
    ['pip', '**/requirements.in'],
    ['gomod', '**/go.mod'],
    ['docker', '**/Dockerfile'],
    ['docker-compose', '**/*compose.y*ml'],
  ])('of %s come for every folder with %s', (ecosystem, pattern) => {
    expect(manifests(pattern).length).toBeGreaterThan(0);
    expect(foldersOf(ecosystem)).toEqual(manifests(pattern));
  });

  test('come grouped, in intervals that exist, for npm and actions too', () => {
    expect(version).toBe(2);
    expect(foldersOf('npm').toSorted()).toEqual(['/', '/tools/docs-site']);
    expect(foldersOf('github-actions')).toEqual(['/']);
    for (const { schedule } of updates) expect(['weekly', 'monthly']).toContain(schedule.interval);
  });
});
