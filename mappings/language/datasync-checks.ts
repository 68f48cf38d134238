import { BlockList, isIP } from 'node:net';
import type { Target } from '../template.js';

/** The reason why DataSync cannot write to the target, as the end of a sentence about a rule, with its fix. */
export function dataSyncProblem({ dataSync, objectStore }: Target): Problem | undefined {
  if (dataSync === undefined)
    return {
      what: 'copies with DataSync, but target.dataSync is not set.',
      fix: 'Add `target.dataSync` with `workBucket`, `role` and `targetSecret`, or use `engine: stream`.',
    };
  const { hostname, pathname } = new URL(objectStore.endpoint);
  if (pathname !== '/')
    return {
      what: `copies with DataSync, which needs an S3 API at the root of a server, but target.objectStore.endpoint is ${objectStore.endpoint}.`,
      fix: 'Set `target.objectStore.endpoint` to the S3 API of the store, or use `engine: stream`, which writes through the Swift API.',
    };
  if (isPrivate(hostname.replace(/^\[|\]$/g, '')) && dataSync.agents === undefined)
    return {
      what: `copies with DataSync, which does not reach ${hostname} over the internet.`,
      fix: 'Activate a DataSync agent near the target and name it in `target.dataSync.agents`.',
    };
  return undefined;
}

interface Problem {
  readonly what: string;
  readonly fix: string;
}

const privateNetworks = new BlockList();
for (const [network, prefix, family] of [
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['::1', 128, 'ipv6'],
] as const)
  privateNetworks.addSubnet(network, prefix, family);

/** As far as the name tells; other names may lead to private addresses, too. */
function isPrivate(host: string): boolean {
  const version = isIP(host);
  if (version !== 0) return privateNetworks.check(host, version === 6 ? 'ipv6' : 'ipv4');
  return !host.includes('.') || /\.(local|localhost|internal|intranet|lan)$/.test(host);
}
