import type { Rule } from '../common/rules.js';
import { addressesNeeded, groupCapacity } from './address-plan.js';
import { parseCidr } from '../../core/cidr.js';
import type { NetworkProps } from './network.js';

const sizeFix = 'Widen `target.network.cidr`, or ask for fewer machines in `target.sizing`.';

export const networkRules: readonly Rule<NetworkProps>[] = [
  {
    code: 'network-not-a-cidr',
    holds: ({ cidr }) => parseCidr(cidr) !== undefined,
    message: ({ cidr }) => `'${cidr}' is no IPv4 network; write one such as 10.20.0.0/24.`,
    fix: 'Correct `target.network.cidr`.',
  },
  {
    code: 'network-too-small',
    holds: ({ cidr, addresses, machines }) =>
      (parseCidr(cidr)?.size ?? Infinity) >= addressesNeeded(addresses, machines),
    message: ({ cidr, addresses, machines }) =>
      `${cidr} holds ${parseCidr(cidr)?.size ?? 0} addresses; ${machines.length} machines and their gaps need ${addressesNeeded(addresses, machines)}.`,
    fix: sizeFix,
  },
  {
    code: 'network-group-too-large',
    holds: ({ addresses, machines }) =>
      machines.every(({ group, number }) => number <= groupCapacity(addresses, group)),
    message: ({ addresses, machines }) =>
      machines
        .filter(({ group, number }) => number === groupCapacity(addresses, group) + 1)
        .map(
          ({ group }) =>
            `There are addresses for ${groupCapacity(addresses, group)} machines called ${group}, and more are asked for.`,
        )
        .join(' '),
    fix: 'Ask for fewer of them in `target.sizing`.',
  },
];
