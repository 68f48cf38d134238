import { ValidationError } from '../../machines/index.js';
import type { Payload } from '../../payload/index.js';

/** The settings for this service in a payload's `options`. */
export interface MachineOptions {
  /** Of the server. @default the cloud's choice */
  readonly availabilityZone?: string;
  /** @default that of the server */
  readonly volumeZone?: string;
  /** @default the cloud's choice */
  readonly volumeType?: string;
  /** A key pair of the user. @default none */
  readonly keyName?: string;
  /** Whether the machine gets its metadata as a disk. @default the cloud's choice */
  readonly configDrive?: boolean;
  /** Property hw_disk_bus. @default virtio */
  readonly diskBus?: string;
  /** Property hw_vif_model. @default virtio */
  readonly vifModel?: string;
  /** Property hw_firmware_type. @default what the source says */
  readonly firmware?: 'bios' | 'uefi';
}

type Rule = (value: string | number | boolean) => boolean;

const isName: Rule = (value) => typeof value === 'string' && value.trim() !== '';
const isFlag: Rule = (value) => typeof value === 'boolean';
const oneOf =
  (allowed: readonly string[]): Rule =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);

/** Source: Glance documentation, 'Useful image properties'. */
const diskBuses = ['virtio', 'scsi', 'sata', 'ide', 'usb'];
const vifModels = ['virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3'];

const rules: Readonly<Record<keyof MachineOptions, { readonly holds: Rule; readonly allowed: string }>> = {
  availabilityZone: { holds: isName, allowed: 'the name of an availability zone' },
  volumeZone: { holds: isName, allowed: 'the name of an availability zone' },
  volumeType: { holds: isName, allowed: 'the name of a volume type' },
  keyName: { holds: isName, allowed: 'the name of a key pair' },
  configDrive: { holds: isFlag, allowed: 'true or false' },
  diskBus: { holds: oneOf(diskBuses), allowed: `one of ${diskBuses.join(', ')}` },
  vifModel: { holds: oneOf(vifModels), allowed: `one of ${vifModels.join(', ')}` },
  firmware: { holds: oneOf(['bios', 'uefi']), allowed: 'bios or uefi' },
};

/** Throws a ValidationError that names every option that is wrong. */
export function optionsOf({ options = {} }: Payload): MachineOptions {
  const problems = Object.entries(options).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof MachineOptions] : undefined;
    if (rule === undefined) return [`options.${name} is not known; known are ${Object.keys(rules).join(', ')}`];
    return rule.holds(value) ? [] : [`options.${name} must be ${rule.allowed} (it is ${JSON.stringify(value)})`];
  });
  if (problems.length > 0) throw new ValidationError(`${problems.join('; ')}.`);
  return options;
}
