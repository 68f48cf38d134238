import { runProgram } from '../run-program.js';

/** The facts that virt-inspector finds about a guest. */
export interface Inspected {
  readonly system: 'linux' | 'windows' | 'unknown';
  /** Such as `Rocky Linux release 9.4`. */
  readonly product: string;
  /** Where its file systems are mounted, such as `/ on /dev/rl/root (xfs)`. */
  readonly mounts: readonly string[];
}

/**
 * The first operating system on a raw image, by virt-inspector of libguestfs, which starts a small machine for it. Undefined
 * where it is not installed, or finds none. Source: virt-inspector's manual, 'XML format'.
 */
export async function inspect(file: string): Promise<Inspected | undefined> {
  const run = await runProgram('virt-inspector', ['--no-applications', '--no-icon', '--format', 'raw', '-a', file]);
  if (run?.code !== 0) return undefined;
  const system = /<operatingsystem>(.*?)<\/operatingsystem>/s.exec(run.stdout)?.[1];
  if (system === undefined) return undefined;
  const text = (name: string): string => new RegExp(`<${name}>([^<]*)</${name}>`).exec(system)?.[1] ?? '';
  const types = new Map(
    [...system.matchAll(/<filesystem dev="([^"]*)">(.*?)<\/filesystem>/gs)].map(([, device = '', inside = '']) => [
      device,
      /<type>([^<]*)<\/type>/.exec(inside)?.[1] ?? '',
    ]),
  );
  const mounts = [...system.matchAll(/<mountpoint dev="([^"]*)">([^<]*)<\/mountpoint>/g)];
  const name = text('name');
  return {
    system: name === 'linux' || name === 'windows' ? name : 'unknown',
    product: text('product_name') || text('distro') || 'an unknown system',
    mounts: mounts.map(([, device = '', place = '']) => `${place} on ${device} (${types.get(device) ?? ''})`),
  };
}
