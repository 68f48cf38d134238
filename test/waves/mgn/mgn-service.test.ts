import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Memory } from '../../../waves/machines/index.js';
import type { Payload } from '../../../waves/payload/index.js';
import { MgnService } from '../../../waves/services/mgn/index.js';
import type { Machine, ServiceContext } from '../../../waves/services/migration-service.js';
import { MgnStub } from '../../support/mgn-stub.js';
import { payloadOf } from '../../support/wave-payloads.js';

let stub: MgnStub;
let service: MgnService;
let memory: Record<string, Memory[string]>;

beforeEach(async () => {
  stub = await new MgnStub().start();
  service = new MgnService({ client: stub.client(), ec2: stub.ec2(), replicatingServers: 3 });
  memory = {};
});

afterEach(async () => {
  await stub.stop();
});

function machineOf(changed: Partial<Payload> = {}): Machine {
  const payload = payloadOf('m-1', {
    source: 'vmware',
    target: 'aws',
    sourceVmId: 'web-1',
    instanceType: 'm5.large',
    subnetId: 'subnet-real',
    network: { testSubnetId: 'subnet-test' },
    ...changed,
  });
  return { migrationId: 'm-1', correlationId: 'c-1', payload, memory };
}

const context: ServiceContext = {
  signal: new AbortController().signal,
  remember: (change) => {
    Object.assign(memory, change);
    return Promise.resolve();
  },
  memory: () => memory,
  log: () => undefined,
  now: () => new Date(),
};

function failing(action: string, type: string, status = 400): void {
  stub.refuse = (asked) => (asked === action ? { status, type } : undefined);
}

async function tested(machine = machineOf()): Promise<Machine> {
  await service.prepare(machine, context);
  await service.replicate(machine, context);
  await service.launchTest(machine, context);
  expect(await service.testLaunch(machine, context)).toMatchObject({ is: 'ready' });
  return machine;
}

/** As the state machine does. */
async function persistently<T>(step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if ((error as Error).name !== 'TransientError') throw error;
    }
  }
}

async function cutOver(): Promise<Machine> {
  const machine = await tested();
  await persistently(() => service.endTest(machine, context));
  await service.cutOver(machine, context);
  return machine;
}

test('a machine is tested, cut over and finalized, each once', async () => {
  const server = stub.add(1);
  const machine = machineOf();
  await service.validate(machine);
  await cutOver();
  expect(await service.cutover(machine, context)).toMatchObject({
    is: 'ready',
    health: expect.stringContaining('instance i-'),
  });
  await service.finalize(machine, context);
  await service.finalize(machine, context);
  expect(server).toMatchObject({ state: 'CUTOVER', name: 'vm-m-1' });
  const count = (action: string): number => stub.inputsOf(action).length;
  expect(['StartTest', 'StartCutover', 'FinalizeCutover'].map(count)).toEqual([1, 1, 1]);
});

test('the test launch goes to the isolated subnet, the cutover to the one of the payload', async () => {
  stub.add(1);
  await cutOver();
  const networks = stub.templates.map(({ settings }) => ({
    type: settings['LaunchTemplateData.InstanceType'],
    subnet: settings['LaunchTemplateData.NetworkInterface.1.SubnetId'],
    group: settings['LaunchTemplateData.NetworkInterface.1.SecurityGroupId.1'],
  }));
  expect(networks).toEqual([
    { type: 'm5.large', subnet: 'subnet-test', group: undefined },
    { type: 'm5.large', subnet: 'subnet-real', group: 'sg-1' },
  ]);
  expect(stub.templates.map(({ isDefault }) => isDefault)).toEqual([false, true]);
});

test('a step that is called again starts nothing again', async () => {
  stub.add(1);
  const machine = await cutOver();
  await service.cutOver(machine, context);
  expect(stub.inputsOf('StartCutover')).toHaveLength(1);
});

test('a start whose answer was lost is found by its tag', async () => {
  stub.add(1);
  const machine = machineOf();
  await service.prepare(machine, context);
  stub.loseAnswer = (action) => action === 'StartTest';
  await expect(service.launchTest(machine, context)).rejects.toMatchObject({ name: 'TransientError' });
  expect(memory['mgnTestJob']).toBeUndefined();
  stub.loseAnswer = () => false;
  await service.launchTest(machine, context);
  expect(stub.inputsOf('StartTest')).toHaveLength(1);
  expect(memory['mgnTestJob']).toBe(stub.jobs[0]?.jobID);
});

test('the job of another machine is not taken for ours', async () => {
  stub.add(1);
  stub.add(2);
  const machine = machineOf();
  await service.prepare(machine, context);
  memory['mgnTestIntended'] = new Date(Date.now() - 1000).toISOString();
  await service.launchTest(
    { ...machineOf({ sourceVmId: 'web-2' }), migrationId: 'm-2' },
    { ...context, memory: () => ({}), remember: () => Promise.resolve() },
  );
  await service.launchTest(machine, context);
  expect(stub.inputsOf('StartTest')).toHaveLength(2);
});

describe('replication', () => {
  test('is ready when it is continuous, with its lag in seconds', async () => {
    stub.add(1, { lag: 'PT1M5S' });
    expect(await service.replication(machineOf(), context)).toEqual({
      is: 'ready',
      lagSeconds: 65,
      copiedBytes: 4_294_967_296,
      totalBytes: 8_589_934_592,
    });
  });

  test.each([
    ['INITIAL_SYNC', 'NOT_READY'],
    ['BACKLOG', 'READY_FOR_TEST'],
    ['CONTINUOUS', 'NOT_READY'],
  ])('waits in the state %s of a server that is %s', async (replication, state) => {
    stub.add(1, { replication, state, lag: undefined });
    expect(await service.replication(machineOf(), context)).toMatchObject({ is: 'waiting', lagSeconds: null });
  });

  test('of an agent that is disconnected fails', async () => {
    stub.add(1, { replication: 'DISCONNECTED' });
    await expect(service.replication(machineOf(), context)).rejects.toMatchObject({
      name: 'MigrationExecutionError',
      message: expect.stringContaining('Install it again'),
    });
  });

  test.each([
    ['STOPPED', 'StartReplication'],
    ['PAUSED', 'ResumeReplication'],
    ['STALLED', 'RetryDataReplication'],
  ])('that is %s goes on by %s', async (replication, action) => {
    stub.add(1, { replication });
    await service.replicate(machineOf(), context);
    expect(stub.inputsOf(action)).toHaveLength(1);
  });
});

describe('a machine is refused before anything is changed', () => {
  test.each<[string, Partial<Payload>, string]>([
    ['without a subnet for the test', { network: {} }, 'network.testSubnetId'],
    ['with one subnet for test and cutover', { network: { testSubnetId: 'subnet-real' } }, 'another subnet'],
    ['without a security group', { securityGroupIds: [] }, 'securityGroupIds'],
    ['with a MAC address', { network: { testSubnetId: 's', macAddress: '02:00:00:00:00:01' } }, 'macAddress'],
  ])('%s', async (_, changed, named) => {
    stub.add(1);
    await expect(service.validate(machineOf(changed))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(named),
    });
  });

  test.each([
    ['no agent', 0, {}, 'knows no source server'],
    ['two agents of the same name', 2, { hints: { hostname: 'web-1' } }, 'knows 2 source servers'],
    ['a server that was cut over', 1, { state: 'CUTOVER' }, 'was cut over before'],
  ] as const)('with %s', async (_, count, changed, named) => {
    for (let number = 1; number <= count; number += 1) stub.add(number, changed);
    await expect(service.validate(machineOf())).rejects.toMatchObject({
      name: 'PrerequisiteError',
      message: expect.stringContaining(named),
    });
  });

  test("when MGN's quota of replicating servers is used up, over several pages of servers", async () => {
    stub.pageSize = 2;
    for (const number of [2, 3, 4]) stub.add(number);
    stub.add(1, { replication: 'STOPPED' });
    await expect(service.validate(machineOf())).rejects.toThrow('3 servers replicate already');
    Object.assign(stub.servers.get('s-00000000000000004') ?? {}, { replication: 'STOPPED' });
    await expect(service.validate(machineOf())).resolves.toBeUndefined();
  });

  test.each([
    ['UninitializedAccountException', 'PrerequisiteError', 'aws mgn initialize-service'],
    ['AccessDeniedException', 'PrerequisiteError', 'Allow the action'],
    ['ThrottlingException', 'TransientError', 'ThrottlingException'],
  ])('%s is a %s', async (type, name, named) => {
    stub.add(1);
    failing('DescribeSourceServers', type);
    await expect(service.validate(machineOf())).rejects.toMatchObject({
      name,
      message: expect.stringContaining(named),
    });
  });
});

describe('a call that is denied says whom to allow it', () => {
  const variable = 'AWS_LAMBDA_FUNCTION_NAME';

  afterEach(() => {
    Reflect.deleteProperty(process.env, variable);
  });

  test.each([
    ['acme-waves-dev-validate_input', 'Allow the action to the role of the function.'],
    [undefined, 'Allow the action to the user or role whose credentials the worker has'],
  ])('in the function %s', async (name, whom) => {
    if (name !== undefined) process.env[variable] = name;
    stub.add(1);
    failing('DescribeSourceServers', 'AccessDeniedException');
    await expect(service.validate(machineOf())).rejects.toThrow(whom);
  });
});

describe('addresses of the target', () => {
  const dns = { zone: 'acme.example' };
  const addressesOf = async (changed: Partial<Payload>): Promise<unknown> => {
    const machine = machineOf(changed);
    await service.prepare(machine, context);
    await service.cutOver(machine, context);
    return await service.cutover(machine, context);
  };

  test('are asked for where names are to lead there', async () => {
    stub.add(1);
    expect(await addressesOf({ dns })).toMatchObject({
      is: 'ready',
      address: '10.20.0.21',
      addresses: ['10.20.0.21', '2001:db8::21'],
    });
  });

  test('are not asked for otherwise', async () => {
    stub.add(1);
    await addressesOf({});
    expect(stub.inputsOf('DescribeInstances')).toEqual([]);
  });
});

test('a job that is complete although its launch failed is a failure, with the reason in its log', async () => {
  stub.add(1);
  stub.launchEnd = 'FAILED';
  const machine = machineOf();
  await service.prepare(machine, context);
  await service.launchTest(machine, context);
  expect(await service.testLaunch(machine, context)).toEqual({
    is: 'failed',
    health: expect.stringContaining('Not enough capacity.'),
  });
});

test.each([
  ['ConflictException', 409, 'TransientError'],
  ['ServiceQuotaExceededException', 402, 'TransientError'],
  ['InternalServerException', 500, 'TransientError'],
  ['ValidationException', 400, 'CutoverError'],
])('a cutover that MGN refuses with %s is a %s', async (type, status, name) => {
  stub.add(1);
  const machine = await tested();
  failing('StartCutover', type, status);
  Object.assign(stub.servers.get('s-00000000000000001') ?? {}, { state: 'READY_FOR_CUTOVER' });
  await expect(service.cutOver(machine, context)).rejects.toMatchObject({ name });
});

describe('a rollback', () => {
  test('terminates what was launched, waits for it, and lets the replication go on', async () => {
    stub.polls = 3;
    const server = stub.add(1);
    const machine = machineOf();
    await service.prepare(machine, context);
    await service.launchTest(machine, context);
    for (let poll = 0; poll < 3; poll += 1) await service.testLaunch(machine, context);
    expect(server.instance).toBeDefined();
    const { restored, notRestored } = await persistently(() => service.rollBack(machine, context));
    expect(notRestored).toEqual([]);
    expect(restored.join('\n')).toMatch(/is terminated[\s\S]*its replication goes on/);
    expect(server).toMatchObject({ instance: undefined, state: 'READY_FOR_TEST', replication: 'CONTINUOUS' });
    expect(stub.inputsOf('TerminateTargetInstances')).toHaveLength(1);
  });

  test('is not done while MGN cannot terminate what was launched, and orders it again', async () => {
    const server = stub.add(1);
    const machine = await tested();
    stub.terminationEnd = 'FAILED';
    await expect(persistently(() => service.rollBack(machine, context))).rejects.toMatchObject({
      name: 'RollbackError',
      message: expect.stringContaining('Not enough capacity.'),
    });
    expect(server.instance).toBeDefined();
    stub.terminationEnd = 'TERMINATED';
    await persistently(() => service.rollBack(machine, context));
    expect(server.instance).toBeUndefined();
    expect(stub.inputsOf('TerminateTargetInstances')).toHaveLength(2);
  });

  test('leaves an instance alone that another job launched', async () => {
    const server = stub.add(1);
    const machine = await tested();
    server.instance = { ec2InstanceID: 'i-other', jobID: 'mgnjob-other' };
    await persistently(() => service.rollBack(machine, context));
    expect(stub.inputsOf('TerminateTargetInstances')).toEqual([]);
    expect(server.instance).toMatchObject({ ec2InstanceID: 'i-other' });
  });

  test('of a machine that was not prepared changes nothing', async () => {
    stub.add(1);
    expect(await service.rollBack(machineOf(), context)).toEqual({
      restored: ['web-1 was not changed'],
      notRestored: [],
    });
    expect(stub.asked).toEqual([]);
  });

  test('of a machine that was finalized says that it cannot', async () => {
    stub.add(1, { state: 'CUTOVER' });
    memory['mgnServer'] = 's-00000000000000001';
    expect(await service.rollBack(machineOf(), context)).toMatchObject({
      restored: [],
      notRestored: [{ why: expect.stringContaining('finalized') }],
    });
  });
});

test('an error of the replication is logged while MGN goes on trying', async () => {
  stub.add(1, { replication: 'STALLED' });
  stub.alter = (action, answer) => {
    if (action !== 'DescribeSourceServers') return answer;
    const { items } = answer as { items: { dataReplicationInfo: object }[] };
    for (const { dataReplicationInfo } of items)
      Object.assign(dataReplicationInfo, { dataReplicationError: { error: 'NOT_CONVERGING' }, replicatedDisks: [] });
    return answer;
  };
  const logged: unknown[] = [];
  const listening = { ...context, log: (...line: unknown[]) => logged.push(line) };
  expect(await service.replication(machineOf(), listening)).toMatchObject({
    ...{ is: 'waiting', copiedBytes: null, totalBytes: null },
  });
  expect(logged).toEqual([['MGN reports an error of the replication', { error: 'NOT_CONVERGING', state: 'STALLED' }]]);
});

describe('a launch', () => {
  async function launched(): Promise<Machine> {
    stub.add(1);
    const machine = machineOf();
    await service.prepare(machine, context);
    await service.launchTest(machine, context);
    return machine;
  }

  test('is waited for while its job is under way', async () => {
    stub.polls = 2;
    const machine = await launched();
    const job = stub.jobs[0]?.jobID ?? '';
    expect(await service.testLaunch(machine, context)).toEqual({ is: 'waiting', health: `${job} is STARTED` });
    expect(await service.testLaunch(machine, context)).toMatchObject({ is: 'ready' });
  });

  test('that was not started cannot be looked at', async () => {
    stub.add(1);
    await expect(service.cutover(machineOf(), context)).rejects.toMatchObject({
      name: 'VerificationError',
      message: 'No cutover launch was started for m-1.',
    });
  });

  test('whose job MGN no longer has fails', async () => {
    const machine = await launched();
    stub.alter = (action, answer) => (action === 'DescribeJobs' ? { items: [] } : answer);
    await expect(service.testLaunch(machine, context)).rejects.toMatchObject({
      name: 'VerificationError',
      message: expect.stringMatching(/^MGN no longer has the job mgnjob-/),
    });
  });

  test.each([
    ['without its machine', { participatingServers: [], status: 'COMPLETED' }, 'ended without launching the machine'],
    ['whose instance was terminated', { status: 'COMPLETED' }, 'TERMINATED: its log names no error'],
  ])('%s has failed', async (_what, changed, health) => {
    stub.launchEnd = 'TERMINATED';
    const machine = await launched();
    stub.alter = (action, answer) => {
      if (action === 'DescribeJobLogItems') return { items: [{ event: 'JOB_END' }] };
      if (action !== 'DescribeJobs') return answer;
      const { items } = answer as { items: object[] };
      return { items: items.map((job) => ({ ...job, ...changed })) };
    };
    expect(await service.testLaunch(machine, context)).toEqual({
      is: 'failed',
      health: expect.stringContaining(health),
    });
  });

  test('of which MGN names no job is started again', async () => {
    stub.add(1);
    const machine = machineOf();
    await service.prepare(machine, context);
    stub.alter = (action, answer) => (action === 'StartTest' ? {} : answer);
    await expect(service.launchTest(machine, context)).rejects.toMatchObject({ name: 'TransientError' });
    stub.alter = (_action, answer) => answer;
    await service.launchTest(machine, context);
    expect(await service.testLaunch(machine, context)).toMatchObject({ is: 'ready' });
  });

  test('of a server without a launch template is refused', async () => {
    stub.add(1);
    stub.alter = (action, answer) => (action === 'GetLaunchConfiguration' ? {} : answer);
    await expect(service.launchTest(machineOf(), context)).rejects.toMatchObject({
      name: 'MigrationExecutionError',
      message: 's-00000000000000001 has no launch template in EC2.',
    });
  });

  test.each([
    ['CreateLaunchTemplateVersion', 'UnauthorizedOperation', 403, 'PrerequisiteError', 'Allow the action to the user'],
    ['CreateLaunchTemplateVersion', 'InvalidParameterValue', 400, 'MigrationExecutionError', 'InvalidParameterValue'],
    ['ModifyLaunchTemplate', 'RequestLimitExceeded', 503, 'TransientError', 'RequestLimitExceeded'],
    ['ModifyLaunchTemplate', 'InternalError', 500, 'TransientError', 'InternalError'],
  ])('whose template EC2 refuses (%s: %s) starts nothing', async (action, type, status, name, named) => {
    stub.add(1);
    failing(action, type, status);
    await expect(service.launchTest(machineOf(), context)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(named),
    });
    expect(stub.inputsOf('StartTest')).toEqual([]);
  });

  test('whose worker has lost the machine ends with that reason', async () => {
    stub.add(1);
    const stop = new AbortController();
    stub.refuse = (action) => {
      if (action === 'CreateLaunchTemplateVersion') stop.abort(new Error('the lease is lost'));
      return undefined;
    };
    const lost = { ...context, signal: stop.signal };
    await expect(service.launchTest(machineOf(), lost)).rejects.toThrow('the lease is lost');
  });
});

test('the groups of a test launch, and the address of the cutover, follow the payload', async () => {
  stub.add(1);
  const chosen = {
    options: { testSecurityGroupIds: 'sg-8, ,sg-9' },
    network: { testSubnetId: 'subnet-test', fixedIp: '10.0.0.12' },
  };
  const machine = await tested(machineOf(chosen));
  await persistently(() => service.endTest(machine, context));
  await service.cutOver(machine, context);
  const [test, cutover] = stub.templates.map(({ settings }) => settings);
  const network = 'LaunchTemplateData.NetworkInterface.1';
  expect([test?.[`${network}.SecurityGroupId.1`], test?.[`${network}.SecurityGroupId.2`]]).toEqual(['sg-8', 'sg-9']);
  expect([test?.[`${network}.PrivateIpAddress`], cutover?.[`${network}.PrivateIpAddress`]]).toEqual([
    undefined,
    '10.0.0.12',
  ]);
});

test('ending a test that was not launched does nothing', async () => {
  stub.add(1);
  await service.endTest(machineOf(), context);
  expect(stub.asked).toEqual([]);
});

test('a termination of which MGN names no job is asked for again', async () => {
  stub.add(1);
  const machine = await tested();
  stub.alter = (action, answer) => (action === 'TerminateTargetInstances' ? {} : answer);
  await expect(service.endTest(machine, context)).rejects.toMatchObject({
    name: 'TransientError',
    message: 'MGN named no job for the termination.',
  });
});

test('a server that is archived, and one that MGN no longer has, are refused', async () => {
  stub.add(1, { isArchived: true });
  await expect(service.validate(machineOf({ sourceVmId: 's-00000000000000001' }))).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: expect.stringContaining('is archived in MGN'),
  });
  await expect(service.validate(machineOf({ sourceVmId: 's-00000000000000009' }))).rejects.toMatchObject({
    name: 'PrerequisiteError',
    message: 'MGN has no source server s-00000000000000009 in this account and region.',
  });
});

test('it moves machines to AWS, and no others', () => {
  expect(service.serves(machineOf().payload)).toBe(true);
  expect(service.serves(machineOf({ target: 'openstack' }).payload)).toBe(false);
});
