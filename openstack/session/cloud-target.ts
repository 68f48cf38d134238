import type { CloudTarget } from '../../clients/openstack/index.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { readAuthority, signIn } from './session.js';
import { readCloudSettings } from './settings.js';

/**
 * A cloud for clients that work for longer than a token is valid: each sign-in reads the settings anew. Fails where they
 * are wrong, without a request.
 */
export function cloudTarget(env: Readonly<Record<string, string | undefined>>, region: string): Result<CloudTarget> {
  const settings = readCloudSettings(env);
  if (!settings.ok) return settings;
  const ca = readAuthority(settings.value);
  if (!ca.ok) return ca;
  return ok({
    name: settings.value.origin,
    signIn: async () => {
      const signedIn = await signIn(env, region);
      if (!signedIn.ok) return signedIn;
      const { token, session } = signedIn.value;
      return ok({ token, projectId: session.projectId, region, endpoint: (service) => session.endpoint(service) });
    },
    ...(ca.value !== undefined && { ca: ca.value }),
  });
}
