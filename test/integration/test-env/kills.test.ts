import { describe, expect, test } from '@jest/globals';
import PQueue from 'p-queue';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { isProviderBuilt, outputOf, TestEnvironment } from './environment.js';

/** How often `up` is killed; A2O_KILLS=10 is what it was proven with. */
const kills = Number(process.env['A2O_KILLS'] ?? 3);
/** `up` waits most of its time for one thing: half of the moments are before that. */
const busySeconds = 30;
const wholeSeconds = 85;
/** `up` mostly waits, so several environments share the machine. */
const atOnce = 3;

const describeWithProvider = isProviderBuilt() ? describe : describe.skip;

interface Kill {
  readonly number: number;
  readonly seconds: number;
  /** Or it is killed alone, and its Terraform goes on. */
  readonly withTerraform: boolean;
  readonly then: 'up' | 'down';
}

function randomKill(_: unknown, number: number): Kill {
  const seconds = Math.random() * (number % 2 === 0 ? busySeconds : wholeSeconds);
  return { number, seconds, withTerraform: number % 3 !== 0, then: number % 4 < 2 ? 'up' : 'down' };
}

describeWithProvider(`kill -9 of up at ${kills} random moments`, () => {
  test('up or down converges every time', async () => {
    const queue = new PQueue({ concurrency: atOnce });
    const outcomes = await queue.addAll(Array.from({ length: kills }, randomKill).map((kill) => () => converge(kill)));
    expect(outcomes.filter((outcome) => outcome !== 'converged')).toEqual([]);
  }, 3_600_000);
});

/** What went wrong, with all that is needed to see why. */
async function converge(kill: Kill): Promise<string> {
  const environment = await TestEnvironment.create();
  const said = `kill ${kill.number}: after ${kill.seconds.toFixed(1)} s, ${kill.withTerraform ? 'with' : 'without'} its Terraform, then ${kill.then}`;
  try {
    const program = environment.start(['up']);
    const [before] = await Promise.all([
      outputOf(program),
      once(program, 'close'),
      killLater(environment, program, kill),
    ]);
    const { code, output } = await environment.run(kill.then);
    console.log(`${said}\n${before}---\n${output}`);
    if (code !== 0) return `${said}\n${output}`;
    const { output: status } = await environment.run('status');
    const isThere = ['2 of 2', '5 of 5', '8 of 8', '18 objects', 'free'].every((text) => status.includes(text));
    const remains = await environment.remains();
    const isRight = kill.then === 'up' ? isThere && remains.length === 3 : remains.length === 0;
    return isRight ? 'converged' : `${said}\n${output}\n${status}\n${remains.join(', ')}`;
  } finally {
    await environment.remove();
  }
}

async function killLater(
  environment: TestEnvironment,
  program: ReturnType<TestEnvironment['start']>,
  { seconds, withTerraform }: Kill,
): Promise<void> {
  await delay(seconds * 1000);
  environment.kill(program, withTerraform);
}
