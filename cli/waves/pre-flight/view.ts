import { formatBytes } from '../../../core/format-bytes.js';
import type { PreFlight } from '../../../waves/sources/pre-flight/index.js';

/** For people. The findings are printed before it. */
export function describePreFlight(result: PreFlight): string {
  const { file, format, sizeBytes, table, firmware, system, kernels, parts, findings } = result;
  const isError = findings.filter(({ severity }) => severity === 'error').length;
  const others = findings.length - isError;
  const verdict =
    isError > 0
      ? `It will not boot on KVM with virtio: ${isError} ${isError === 1 ? 'problem' : 'problems'}, ${others} ${others === 1 ? 'warning' : 'warnings'}.`
      : others > 0
        ? `As far as it was read, it boots on KVM with virtio: ${others} ${others === 1 ? 'warning' : 'warnings'}.`
        : 'It boots on KVM with virtio, as far as its disk can tell.';
  const lines = [
    `${file}: ${format}, ${formatBytes(sizeBytes)}, partition table ${table}, boots by ${firmware?.toUpperCase() ?? 'nothing'}`,
    ...(parts.length === 0 ? [] : [`On it: ${parts.map(({ what, content }) => `${what} (${content})`).join(', ')}`]),
    `System: ${system}${kernels.length === 0 ? '' : `, kernels ${kernels.join(', ')}`}`,
    verdict,
  ];
  return `${lines.join('\n')}\n`;
}
