import { runProgram } from '../run-program.js';
import { withSbin } from './guest-files.js';

type Listed =
  { readonly is: 'listed'; readonly drivers: ReadonlySet<string> } | { readonly is: 'no-windows' | 'unreadable' };

/**
 * Drivers in `System32\drivers` of Windows, in lower case, on an NTFS file system in its own file. By ntfsls of ntfs-3g,
 * which must be installed. Source: ntfsls's manual.
 */
export async function listDrivers(file: string): Promise<Listed> {
  const list = (path: string): ReturnType<typeof runProgram> =>
    runProgram('ntfsls', ['--force', '--quiet', '--path', path, file], { env: { ...process.env, PATH: withSbin() } });
  if ((await list('/'))?.code !== 0) return { is: 'unreadable' };
  const folder = await list('/Windows/System32/drivers');
  if (folder?.code !== 0) return { is: 'no-windows' };
  const names = folder.stdout.split('\n').map((line) => line.trim().toLowerCase());
  return { is: 'listed', drivers: new Set(names.filter((name) => name.endsWith('.sys'))) };
}
