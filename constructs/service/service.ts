import { renderProperties } from '../common/render.js';
import type { Settings } from '../common/render.js';
import type { SecretSource } from '../secrets/index.js';
import { renderContainerUnit, renderVolumes } from './render-container-unit.js';

/** A program that machines run: its contents of the config bundle, and the secrets it reads. */
export interface Service {
  /** Its files are put into `/etc/aws2openstack/<name>`; its unit is `a2o-<name>.service`. */
  readonly name: string;
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>;
  /** The systemd unit. */
  readonly unit: string;
  /** By environment variable; they are in `/run/aws2openstack/<name>.env`, which only root reads. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** False if an operator or a job starts it. */
  readonly starts: boolean;
}

export interface ContainerServiceProps {
  readonly name: string;
  readonly description: string;
  readonly image: string;
  /** Arguments of the image's entry point. */
  readonly args?: readonly string[];
  /** Files by path below `/etc/aws2openstack/<name>`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Options of `podman run`, such as `--read-only`. */
  readonly options?: readonly string[];
  /** Mounts: machine path → container path, with podman's options. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly environment?: Settings;
  readonly secrets?: Readonly<Record<string, SecretSource>>;
  /** Commands on the machine before the start, with the secrets in their environment. */
  readonly before?: readonly string[];
  /** Commands on the machine once the container runs. */
  readonly after?: readonly string[];
  /** Names of services of the same machine that start first. */
  readonly follows?: readonly string[];
}

/** A service that is a container on the machine's own network. Pure. */
export function containerService(props: ContainerServiceProps): Service {
  const { name, files = {}, environment = {}, secrets = {} } = props;
  return {
    name,
    files: { ...files, 'settings.env': renderProperties(environment) },
    unit: renderContainerUnit(props),
    secrets,
    starts: true,
  };
}

/** A container that runs once with a service's settings and secrets, such as a migration of its database. Pure. */
export function oneShotCommand({
  name,
  image,
  args = [],
  options = [],
  mounts = {},
}: Pick<ContainerServiceProps, 'name' | 'image' | 'args' | 'options' | 'mounts'>): string {
  const environment = `--env-file ${configFolder(name)}/settings.env --env-file /run/aws2openstack/${name}.env`;
  const run = ['/usr/bin/podman run --rm --network host', environment, ...options, ...renderVolumes(mounts)];
  return [...run, image, ...args].join(' ');
}

/** Folder of a service's files on a machine. */
export function configFolder(service: string): string {
  return `/etc/aws2openstack/${service}`;
}

/** On the data volume, if the machine has one. */
export const dataFolder = '/var/lib/aws2openstack/data';
