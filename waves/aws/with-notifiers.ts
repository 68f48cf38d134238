import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callbackNotifier } from '../callbacks/index.js';
import type { Notifier } from '../steps/ports.js';
import type { FunctionEnvironment } from './environment.js';
import { EventBus } from './event-bus.js';
import { busNotifier } from './notifiers/bus-notifier.js';
import { factoryNotifier } from './notifiers/factory-notifier.js';
import { Secrets } from './secrets.js';
import type { Compose } from './step-handler.js';

/** Who hears of machines: their callback URLs, the bus, and Cloud Migration Factory where it is set up. */
export const withNotifiers: Compose = (environment: FunctionEnvironment) => {
  const secrets = new Secrets(new SecretsManagerClient({}), () => new Date());
  const bus = new EventBus(new EventBridgeClient({}), environment.bus ?? '');
  const { callbackKey = '', factoryEndpoint, factoryToken } = environment;
  const notifiers: Notifier[] = [busNotifier(bus), signedCallbacks(() => secrets.read(callbackKey))];
  if (factoryEndpoint !== undefined && factoryToken !== undefined)
    notifiers.push(factoryNotifier({ endpoint: factoryEndpoint, token: () => secrets.read(factoryToken) }));
  return { services: [], notifiers };
};

/** The key is asked for when there is somebody to call. */
function signedCallbacks(key: () => Promise<string>): Notifier {
  return {
    name: 'callback',
    notify: async (notification, signal) => {
      if (notification.callbackUrl === undefined) return;
      const secret = await key();
      await callbackNotifier({ secret, now: () => new Date() }).notify(notification, signal);
    },
  };
}
