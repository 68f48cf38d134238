import { afterEach, expect, test } from '@jest/globals';
import { GetDatabasesCommand, GlueClient } from '@aws-sdk/client-glue';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';

const module = join(import.meta.dirname, '..', '..', '..', 'environments', 'moto', 'moto.ts');

let moto: Moto | undefined;
afterEach(async () => {
  await moto?.stop();
});

test('answers on loopback, empty, until it is stopped', async () => {
  moto = await startMoto();
  expect(moto.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const client = new GlueClient({
    endpoint: moto.endpoint,
    region: 'eu-central-1',
    credentials: motoCredentials,
    maxAttempts: 1,
  });
  expect((await client.send(new GetDatabasesCommand({}))).DatabaseList).toEqual([]);
  client.destroy();
  await moto.stop();
  expect(await answers(moto.endpoint)).toBe(false);
  await moto.stop();
});

test('does not outlive a process that was killed', async () => {
  const code = `import { startMoto } from ${JSON.stringify(module)}; console.log((await startMoto()).endpoint);`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  expect(await answers(endpoint)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  let alive = true;
  for (let attempt = 0; alive && attempt < 50; attempt += 1) {
    await delay(100);
    alive = await answers(endpoint);
  }
  expect(alive).toBe(false);
});

async function answers(endpoint: string): Promise<boolean> {
  try {
    await fetch(endpoint);
    return true;
  } catch {
    return false;
  }
}
