import type { Diagnostic } from '../../core/diagnostic.js';
import { serviceTypes } from '../session/index.js';
import type { CloudSession, ServiceName } from '../session/index.js';
import { finding, some } from './finding.js';

/** Which services of the catalog answer, and what is wrong with the others. */
export async function checkServices(
  session: CloudSession,
): Promise<{ readonly usable: ReadonlySet<ServiceName>; readonly problems: readonly Diagnostic[] }> {
  const names = Object.keys(serviceTypes) as ServiceName[];
  const problems = await Promise.all(names.map((name) => problemOf(session, name)));
  return {
    usable: new Set(names.filter((_, index) => problems[index] === undefined)),
    problems: problems.filter((problem) => problem !== undefined),
  };
}

async function problemOf(session: CloudSession, service: ServiceName): Promise<Diagnostic | undefined> {
  const endpoint = session.endpoint(service);
  if (endpoint === undefined) return missing(session, service);
  const answer = await session.sendTo({ url: endpoint });
  if (answer.ok) return undefined;
  return finding(
    'target.region',
    'endpoint-unreachable',
    `The service ${service} does not answer at ${endpoint}, its endpoint in the cloud's catalog for the region ${session.region} (${answer.error}).`,
    'Make it reachable (network, VPN, proxy, certificate), set `target.region` to another region, or ask the cloud’s operators.',
  );
}

function missing(session: CloudSession, service: ServiceName): Diagnostic {
  const regions = session.regionsOf(service);
  return finding(
    'target.region',
    'service-missing',
    regions.length === 0
      ? `The cloud's catalog has no service ${service}, which the lakehouse needs.`
      : `The cloud's catalog has no service ${service} in the region ${session.region}; it has one in ${some(regions)}.`,
    regions.length === 0
      ? 'Ask the cloud’s operators for it, or for the right to use it in this project.'
      : 'Set `target.region` to one of them.',
  );
}
