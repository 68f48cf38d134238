import type { GuestFiles } from './guest-files.js';
import { filesOfInitramfs } from './initramfs.js';
import type { PartitionTable } from './partitions.js';
import type { Content } from './signatures.js';
import type { Inspected } from './virt-inspector.js';

/** The facts about a Linux guest that decide whether it boots elsewhere. Texts are files as they are. */
export interface LinuxGuest {
  readonly fstab: string;
  /** Of boot loaders. */
  readonly bootConfigs: readonly NamedText[];
  readonly kernels: readonly Kernel[];
  readonly networkFiles: readonly NamedText[];
  /** Files of cloud-init; empty where it is not installed. */
  readonly cloudInit: readonly NamedText[];
  /** Whether LVM uses only devices that a file lists by their ids. */
  readonly hasDevicesFile: boolean;
}

export interface NamedText {
  readonly path: string;
  readonly text: string;
}

export interface Kernel {
  readonly release: string;
  /** Modules of its initramfs, without their suffix; undefined where it could not be read. */
  readonly initramfs: ReadonlySet<string> | undefined;
  /** Modules in the kernel itself. */
  readonly builtIn: ReadonlySet<string>;
  /** Modules in /lib/modules. */
  readonly available: ReadonlySet<string>;
}

export interface Guest {
  readonly table: PartitionTable;
  readonly linux: LinuxGuest | undefined;
  readonly windows: WindowsGuest | undefined;
  readonly parts: readonly ReadPart[];
  /** Those that nothing here could read. */
  readonly unread: readonly Unread[];
  /** The answer of virt-inspector if something was not read, and it is installed. */
  readonly inspected: Inspected | undefined;
}

/** A partition or a logical volume. */
export interface ReadPart {
  /** Such as `Partition 2`, or `Logical volume rhel/root`. */
  readonly what: string;
  readonly content: Content;
}

export type Unread = ReadPart;

/** The facts about a Windows guest that decide whether it boots elsewhere. */
export interface WindowsGuest {
  /** In `System32\\drivers`, in lower case; undefined where they could not be listed. */
  readonly drivers: ReadonlySet<string> | undefined;
}

/** `boot` is the file system that is mounted at /boot, where there is one of its own. */
export async function linuxGuest(root: GuestFiles, boot: GuestFiles | undefined): Promise<LinuxGuest> {
  const inBoot = async (path: string): Promise<Buffer | undefined> =>
    boot === undefined ? await root.read(`/boot/${path}`) : await boot.read(`/${path}`);
  return {
    fstab: (await textOf(root, '/etc/fstab'))?.text ?? '',
    bootConfigs: await bootConfigs(root, inBoot),
    kernels: await kernelsOf(root, boot, inBoot),
    networkFiles: await networkFiles(root),
    hasDevicesFile: (await root.read('/etc/lvm/devices/system.devices')) !== undefined,
    cloudInit: await filesIn(root, '/etc/cloud', ['cloud.cfg', 'ds-identify.cfg'], '/etc/cloud/cloud.cfg.d', /\.cfg$/),
  };
}

async function textOf(files: GuestFiles, path: string): Promise<NamedText | undefined> {
  const content = await files.read(path);
  return content === undefined ? undefined : { path, text: content.toString('utf8') };
}

async function bootConfigs(
  root: GuestFiles,
  inBoot: (path: string) => Promise<Buffer | undefined>,
): Promise<readonly NamedText[]> {
  const found: NamedText[] = [];
  for (const path of ['grub/grub.cfg', 'grub2/grub.cfg', 'grub/menu.lst', 'extlinux.conf']) {
    const content = await inBoot(path);
    if (content !== undefined) found.push({ path: `/boot/${path}`, text: content.toString('utf8') });
  }
  const defaults = await textOf(root, '/etc/default/grub');
  return defaults === undefined ? found : [...found, defaults];
}

async function kernelsOf(
  root: GuestFiles,
  boot: GuestFiles | undefined,
  inBoot: (path: string) => Promise<Buffer | undefined>,
): Promise<readonly Kernel[]> {
  const names = boot === undefined ? await root.list('/boot') : await boot.list('/');
  const modules = (await root.list('/lib/modules')).length > 0 ? '/lib/modules' : '/usr/lib/modules';
  const kernels: Kernel[] = [];
  for (const name of names) {
    const release = /^vmlinuz-(.+)$/.exec(name)?.[1];
    if (release === undefined || release.includes('rescue')) continue;
    const candidates = [
      `initrd.img-${release}`,
      `initramfs-${release}.img`,
      `initrd-${release}`,
      `initrd-${release}.img`,
    ];
    const image = candidates.find((candidate) => names.includes(candidate));
    const content = image === undefined ? undefined : await inBoot(image);
    const listed = content === undefined ? undefined : filesOfInitramfs(content);
    kernels.push({
      release,
      // Without an initramfs, only what is in the kernel is there.
      initramfs: image === undefined ? new Set() : listed && modulesIn(listed),
      builtIn: modulesIn(await linesOf(root, `${modules}/${release}/modules.builtin`)),
      available: modulesIn(
        (await linesOf(root, `${modules}/${release}/modules.dep`)).map((line) => line.split(':')[0] ?? ''),
      ),
    });
  }
  return kernels;
}

async function linesOf(files: GuestFiles, path: string): Promise<readonly string[]> {
  return (await textOf(files, path))?.text.split('\n') ?? [];
}

/** Names with underscores, as modprobe takes both. */
function modulesIn(paths: readonly string[]): ReadonlySet<string> {
  return new Set(
    paths.flatMap((path) => {
      const name = /([^/]+)\.ko(\.(gz|xz|zst))?$/.exec(path.trim())?.[1];
      return name === undefined ? [] : [name.replaceAll('-', '_')];
    }),
  );
}

async function networkFiles(root: GuestFiles): Promise<readonly NamedText[]> {
  const places: readonly (readonly [folder: string, names: RegExp])[] = [
    ['/etc/udev/rules.d', /persistent-net|net-.*\.rules$/],
    ['/etc/netplan', /\.ya?ml$/],
    ['/etc/network/interfaces.d', /./],
    ['/etc/sysconfig/network-scripts', /^ifcfg-(?!lo$)/],
    ['/etc/sysconfig/network', /^ifcfg-(?!lo$)/],
    ['/etc/NetworkManager/system-connections', /\.nmconnection$/],
    ['/etc/systemd/network', /\.(network|link)$/],
  ];
  const found: NamedText[] = [];
  const interfaces = await textOf(root, '/etc/network/interfaces');
  if (interfaces !== undefined) found.push(interfaces);
  for (const [folder, names] of places) found.push(...(await filesIn(root, folder, [], folder, names)));
  return found;
}

async function filesIn(
  files: GuestFiles,
  folder: string,
  named: readonly string[],
  listed: string,
  names: RegExp,
): Promise<readonly NamedText[]> {
  const paths = [
    ...named.map((name) => `${folder}/${name}`),
    ...(await files.list(listed)).filter((name) => names.test(name)).map((name) => `${listed}/${name}`),
  ];
  const found: NamedText[] = [];
  for (const path of paths) {
    const file = await textOf(files, path);
    if (file !== undefined) found.push(file);
  }
  return found;
}
