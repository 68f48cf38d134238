import type { DnsService } from '../dns/dns-service.js';
import { TransientError } from '../machines/errors.js';
import type { MigrationService } from './migration-service.js';
import type { RateLimiter } from './rate-limiter.js';

/** Has each call wait for its turn. A TransientError counts as throttling. */
function callsInTurn(limiter: RateLimiter) {
  return <Args extends readonly unknown[], R>(call: (...args: Args) => Promise<R>) =>
    async (...args: Args): Promise<R> => {
      await limiter.turn();
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof TransientError) limiter.throttled();
        throw error;
      }
    };
}

export function rateLimited(service: MigrationService, limiter: RateLimiter): MigrationService {
  const inTurn = callsInTurn(limiter);
  return {
    name: service.name,
    serves: (payload) => service.serves(payload),
    validate: inTurn((...args) => service.validate(...args)),
    prepare: inTurn((...args) => service.prepare(...args)),
    replicate: inTurn((...args) => service.replicate(...args)),
    replication: inTurn((...args) => service.replication(...args)),
    launchTest: inTurn((...args) => service.launchTest(...args)),
    testLaunch: inTurn((...args) => service.testLaunch(...args)),
    endTest: inTurn((...args) => service.endTest(...args)),
    cutOver: inTurn((...args) => service.cutOver(...args)),
    cutover: inTurn((...args) => service.cutover(...args)),
    finalize: inTurn((...args) => service.finalize(...args)),
    rollBack: inTurn((...args) => service.rollBack(...args)),
  };
}

export function rateLimitedDns(service: DnsService, limiter: RateLimiter): DnsService {
  const inTurn = callsInTurn(limiter);
  return {
    name: service.name,
    zoneProblem: inTurn((...args) => service.zoneProblem(...args)),
    read: inTurn((...args) => service.read(...args)),
    write: inTurn((...args) => service.write(...args)),
    progress: inTurn((...args) => service.progress(...args)),
  };
}
