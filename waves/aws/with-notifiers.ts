import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callbackNotifier } from '../callbacks/index.js';
import { cmdbNotifier, restCmdb } from '../cmdb/index.js';
import type { Cmdb } from '../cmdb/index.js';
import type { Notifier } from '../steps/ports.js';
import type { CmdbEnvironment, FunctionEnvironment } from './environment.js';
import { EventBus } from './event-bus.js';
import { busNotifier } from './notifiers/bus-notifier.js';
import { factoryNotifier } from './notifiers/factory-notifier.js';
import { Secrets } from './secrets.js';
import type { Compose } from './step-handler.js';

/** Receivers of notifications: callback URLs, the bus, and a CMDB and Cloud Migration Factory where they are set up. */
export const withNotifiers: Compose = (environment: FunctionEnvironment) => {
  const secrets = new Secrets(new SecretsManagerClient({}), () => new Date());
  const bus = new EventBus(new EventBridgeClient({}), environment.bus ?? '');
  const { callbackKey = '', factoryEndpoint, factoryToken, cmdb } = environment;
  const notifiers: Notifier[] = [busNotifier(bus), signedCallbacks(() => secrets.read(callbackKey))];
  if (factoryEndpoint !== undefined && factoryToken !== undefined)
    notifiers.push(factoryNotifier({ endpoint: factoryEndpoint, token: () => secrets.read(factoryToken) }));
  if (cmdb !== undefined) notifiers.push(cmdbNotifier(cmdbOf(cmdb, callbackKey, secrets)));
  return { services: [], notifiers };
};

function cmdbOf({ url, method, authorization }: CmdbEnvironment, callbackKey: string, secrets: Secrets): Cmdb {
  return restCmdb({
    url,
    method,
    now: () => new Date(),
    secret: () => secrets.read(callbackKey),
    ...(authorization !== undefined && { authorization: () => secrets.read(authorization) }),
  });
}

/** The key is asked for when there is somebody to call. */
function signedCallbacks(key: () => Promise<string>): Notifier {
  return {
    name: 'callback',
    notify: async (notification, signal, machine) => {
      if (notification.callbackUrl === undefined) return;
      const secret = await key();
      await callbackNotifier({ secret, now: () => new Date() }).notify(notification, signal, machine);
    },
  };
}
