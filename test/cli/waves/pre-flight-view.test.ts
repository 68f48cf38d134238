import { expect, test } from '@jest/globals';
import { describePreFlight } from '../../../cli/waves/pre-flight/view.js';
import { diagnostic } from '../../../core/diagnostic.js';
import type { PreFlight } from '../../../waves/sources/pre-flight/index.js';

const good: PreFlight = {
  file: 'web-1.qcow2',
  format: 'qcow2',
  sizeBytes: 8e9,
  firmware: 'bios',
  table: 'gpt',
  system: 'linux',
  parts: [{ what: 'Logical volume rhel/root', content: 'xfs' }],
  kernels: ['6.1.0-18-amd64'],
  findings: [],
};

function finding(severity: 'error' | 'warning'): PreFlight['findings'][number] {
  return diagnostic({ code: 'a', severity, message: 'b', fix: 'c' });
}

test('a disk without findings', () => {
  expect(describePreFlight(good)).toBe(
    'web-1.qcow2: qcow2, 8 GB, partition table gpt, boots by BIOS\n' +
      'On it: Logical volume rhel/root (xfs)\n' +
      'System: linux, kernels 6.1.0-18-amd64\n' +
      'It boots on KVM with virtio, as far as its disk can tell.\n',
  );
});

test('errors decide, and warnings are counted', () => {
  const warned = describePreFlight({ ...good, findings: [finding('warning')] });
  expect(warned).toContain('As far as it was read, it boots on KVM with virtio: 1 warning.');
  const broken = describePreFlight({
    ...good,
    firmware: undefined,
    kernels: [],
    findings: [finding('error'), finding('warning'), finding('warning')],
  });
  expect(broken).toContain('boots by nothing');
  expect(broken).toContain('It will not boot on KVM with virtio: 1 problem, 2 warnings.');
});
