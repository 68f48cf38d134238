import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';
import { runStep } from '../steps/index.js';
import type { StepPorts } from '../steps/ports.js';
import type { Action, Outcome } from '../state-machine/state-machine.js';
import { readEnvironment } from './environment.js';
import type { FunctionEnvironment } from './environment.js';
import { loggerOf } from './logger.js';
import { readStepInput } from './read-step-input.js';
import { DetailStore } from './store/detail-store.js';
import { DynamoWaveStore } from './store/dynamo-wave-store.js';

/** The services that one function uses beside the store. */
export type Compose = (environment: FunctionEnvironment) => Pick<StepPorts, 'services' | 'notifiers' | 'dns'>;

/** Before Lambda ends the function, so that the step can say that its time was over. */
const graceMs = 5_000;

/** A function that does the steps of these actions. What it uses is made once, with the first call. */
export function stepHandler(
  actions: readonly Action[],
  compose: Compose,
): (event: unknown, context: Context) => Promise<Outcome> {
  let made: Pick<StepPorts, 'store' | 'services' | 'notifiers' | 'dns'> | undefined;
  return async (event, context) => {
    const input = readStepInput(event, actions);
    const log = loggerOf(context, input.correlationId, input.migrationId);
    made ??= make(compose);
    const signal = AbortSignal.timeout(Math.max(context.getRemainingTimeInMillis() - graceMs, 1));
    const ports = { ...made, holder: context.awsRequestId, now: () => new Date(), log };
    return await runStep(input, ports, signal);
  };
}

function make(compose: Compose): Pick<StepPorts, 'store' | 'services' | 'notifiers' | 'dns'> {
  const environment = readEnvironment(process.env);
  return { store: waveStore(environment), ...compose(environment) };
}

/** The store of the environment. */
export function waveStore({ table, detailsBucket, recordDays }: FunctionEnvironment): DynamoWaveStore {
  // moto has no DNS for buckets; Amazon's own endpoint takes both forms.
  const s3 = new S3Client({ forcePathStyle: true });
  return new DynamoWaveStore({
    client: new DynamoDBClient({}),
    table,
    details: new DetailStore(s3, detailsBucket),
    recordDays,
  });
}
