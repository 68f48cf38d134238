import { TransientError } from '../../waves/machines/index.js';
import type {
  Launch,
  Machine,
  MigrationService,
  Replication,
  RolledBack,
  ServiceContext,
} from '../../waves/services/migration-service.js';

/** What exists of one machine. */
export interface World {
  source: 'running' | 'stopped';
  snapshot: boolean;
  copyingSince: number | null;
  testServer: boolean;
  testSince: number;
  targetServer: boolean;
  targetSince: number;
  finalized: number;
  rolledBack: number;
  /** How often a target was launched. */
  launches: number;
}

export type CloudCall = Exclude<keyof MigrationService, 'name' | 'serves'>;
export type Effect = Exclude<CloudCall, 'validate' | 'replication' | 'testLaunch' | 'cutover'>;

export interface FakeCloudOptions {
  readonly now: () => number;
  readonly copySeconds?: (migrationId: string) => number;
  /** Before a call does anything: throttling, failures, delays. May throw. */
  readonly before?: (call: CloudCall, migrationId: string) => Promise<void> | void;
  /** After an effect, before it is remembered: a lost answer. May throw. */
  readonly after?: (call: CloudCall, migrationId: string) => Promise<void> | void;
  readonly testFails?: (migrationId: string) => boolean;
  readonly targetFails?: (migrationId: string) => boolean;
}

const launchSeconds = 60;

/**
 * Two clouds and the service that moves machines between them, in memory. Every effect finds what is there already, and what
 * must never happen is kept in `violations`.
 */
export class FakeCloud implements MigrationService {
  readonly name = 'fake';
  readonly worlds = new Map<string, World>();
  readonly violations: string[] = [];
  readonly #options: FakeCloudOptions;

  constructor(options: FakeCloudOptions) {
    this.#options = options;
  }

  serves(): boolean {
    return true;
  }

  world(migrationId: string): World {
    const found = this.worlds.get(migrationId);
    if (found !== undefined) return found;
    const made: World = {
      source: 'running',
      snapshot: false,
      copyingSince: null,
      testServer: false,
      testSince: 0,
      targetServer: false,
      targetSince: 0,
      finalized: 0,
      rolledBack: 0,
      launches: 0,
    };
    this.worlds.set(migrationId, made);
    return made;
  }

  async validate({ migrationId }: Machine): Promise<void> {
    await this.#options.before?.('validate', migrationId);
  }

  async prepare(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('prepare', machine, context);
  }

  async replicate(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('replicate', machine, context);
  }

  async replication({ migrationId }: Machine): Promise<Replication> {
    await this.#options.before?.('replication', migrationId);
    return this.replicationOf(migrationId);
  }

  async launchTest(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('launchTest', machine, context);
  }

  async testLaunch({ migrationId }: Machine): Promise<Launch> {
    await this.#options.before?.('testLaunch', migrationId);
    return this.testLaunchOf(migrationId);
  }

  async endTest(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('endTest', machine, context);
  }

  async cutOver(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('cutOver', machine, context);
  }

  async cutover({ migrationId }: Machine): Promise<Launch> {
    await this.#options.before?.('cutover', migrationId);
    return this.cutoverOf(migrationId);
  }

  async finalize(machine: Machine, context: ServiceContext): Promise<void> {
    await this.#effect('finalize', machine, context);
  }

  async rollBack(machine: Machine, context: ServiceContext): Promise<RolledBack> {
    await this.#effect('rollBack', machine, context);
    return { restored: [`server ${machine.payload.sourceVmId} runs at its source`], notRestored: [] };
  }

  replicationOf(migrationId: string): Replication {
    const { copyingSince } = this.world(migrationId);
    if (copyingSince === null) return { is: 'waiting', lagSeconds: null, copiedBytes: 0, totalBytes: null };
    const seconds = (this.#options.now() - copyingSince) / 1000;
    const whole = this.#options.copySeconds?.(migrationId) ?? 600;
    const isReady = seconds >= whole;
    const copiedBytes = Math.floor(1e9 * Math.min(1, seconds / whole));
    return {
      is: isReady ? 'ready' : 'waiting',
      lagSeconds: isReady ? 0 : whole - seconds,
      copiedBytes,
      totalBytes: 1e9,
    };
  }

  testLaunchOf(migrationId: string): Launch {
    const { testServer, testSince } = this.world(migrationId);
    if (this.#options.testFails?.(migrationId) === true) return { is: 'failed', health: 'it does not boot' };
    return this.#launchOf(testServer, testSince);
  }

  cutoverOf(migrationId: string): Launch {
    const { targetServer, targetSince } = this.world(migrationId);
    if (this.#options.targetFails?.(migrationId) === true) return { is: 'failed', health: 'it does not boot' };
    return this.#launchOf(targetServer, targetSince);
  }

  /** Changes the world at once. What must never happen is kept in `violations`. */
  apply(call: Effect, migrationId: string): void {
    const world = this.world(migrationId);
    const now = this.#options.now();
    const must = (holds: boolean, what: string): void => {
      if (!holds) this.violations.push(`${migrationId}: ${what}`);
    };
    switch (call) {
      case 'prepare':
        world.snapshot = true;
        break;
      case 'replicate':
        must(world.snapshot, 'copied without a snapshot');
        world.copyingSince ??= now;
        break;
      case 'launchTest':
        if (!world.testServer) world.testSince = now;
        world.testServer = true;
        break;
      case 'endTest':
        world.testServer = false;
        break;
      case 'cutOver':
        must(world.finalized === 0, 'cut over after it was finalized');
        world.source = 'stopped';
        if (world.targetServer) break;
        world.targetServer = true;
        world.targetSince = now;
        world.launches += 1;
        break;
      case 'finalize':
        must(world.targetServer && world.source === 'stopped', 'finalized without a target');
        world.finalized = 1;
        world.snapshot = false;
        world.copyingSince = null;
        break;
      case 'rollBack':
        must(world.finalized === 0, 'rolled back after it was finalized');
        world.targetServer = false;
        world.testServer = false;
        world.snapshot = false;
        world.copyingSince = null;
        world.source = 'running';
        world.rolledBack += 1;
        break;
    }
  }

  async #effect(call: Effect, { migrationId }: Machine, context: ServiceContext): Promise<void> {
    await this.#options.before?.(call, migrationId);
    await context.remember({ [`fake.${call}`]: 'intended' });
    this.apply(call, migrationId);
    await this.#options.after?.(call, migrationId);
    await context.remember({ [`fake.${call}`]: 'done' });
  }

  #launchOf(exists: boolean, since: number): Launch {
    const isReady = exists && this.#options.now() - since >= launchSeconds * 1000;
    return { is: isReady ? 'ready' : 'waiting', health: isReady ? 'ACTIVE' : 'BUILD', address: '192.0.2.1' };
  }
}

interface Quota {
  /** Throws when the second has had its calls. */
  call(): void;
  readonly mostPerSecond: number;
  readonly throttled: number;
  readonly calls: number;
}

/** Answers at most so many calls a second, by whole seconds; the others are throttled. */
export function quota(callsPerSecond: number, now: () => number): Quota {
  let second = -1;
  let inSecond = 0;
  const counts = { mostPerSecond: 0, throttled: 0, calls: 0 };
  return {
    call: () => {
      const current = Math.floor(now() / 1000);
      if (current !== second) [second, inSecond] = [current, 0];
      inSecond += 1;
      counts.calls += 1;
      counts.mostPerSecond = Math.max(counts.mostPerSecond, inSecond);
      if (inSecond <= callsPerSecond) return;
      counts.throttled += 1;
      throw new TransientError('Rate exceeded');
    },
    get mostPerSecond() {
      return counts.mostPerSecond;
    },
    get throttled() {
      return counts.throttled;
    },
    get calls() {
      return counts.calls;
    },
  };
}
