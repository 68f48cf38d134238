import type { Rule } from '../common/rules.js';
import { parseCidr } from '../../core/cidr.js';
import type { SecurityGroupsProps } from './security-groups.js';

const cidrsOf = ({ groups }: SecurityGroupsProps): string[] =>
  Object.values(groups).flatMap((openings) => openings.flatMap(({ fromCidrs }) => [...(fromCidrs ?? [])]));

export const securityGroupsRules: readonly Rule<SecurityGroupsProps>[] = [
  {
    code: 'ingress-not-a-cidr',
    holds: (props) => cidrsOf(props).every((cidr) => parseCidr(cidr) !== undefined),
    message: (props) =>
      `${cidrsOf(props)
        .filter((cidr) => parseCidr(cidr) === undefined)
        .map((cidr) => `'${cidr}'`)
        .join(', ')} is no IPv4 network; write one such as 198.51.100.0/24.`,
    fix: 'Correct `target.network.allowFrom`.',
  },
];
