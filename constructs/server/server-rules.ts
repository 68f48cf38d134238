import type { Rule } from '../common/rules.js';
import { renderUserData } from './render-user-data.js';
import type { ServerProps } from './server.js';

/** Of user data in base64. Source: Nova API, 'Create Server', user_data. */
const maxUserDataBytes = 65_535;

export const serverRules: readonly Rule<ServerProps>[] = [
  {
    code: 'server-name',
    holds: ({ name }) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name),
    message: ({ name }) =>
      `'${name}' is not a valid host name; allowed are up to 63 lower-case letters, digits and hyphens, with a letter or digit at either end.`,
    fix: 'Change `target.name`, from which the name is derived.',
  },
  {
    code: 'data-volume-size',
    holds: ({ dataVolumeGb }) => dataVolumeGb === undefined || (Number.isInteger(dataVolumeGb) && dataVolumeGb >= 1),
    message: ({ dataVolumeGb }) =>
      `The data volume has ${dataVolumeGb} GB; the size must be a whole number of at least 1 GB.`,
    fix: 'Change `target.sizing.dataVolumeGb`.',
  },
  {
    code: 'user-data-size',
    holds: ({ surroundings }) => userDataBytes(surroundings) <= maxUserDataBytes,
    message: ({ surroundings }) =>
      `The machines' user data has ${userDataBytes(surroundings)} bytes in base64; Nova takes ${maxUserDataBytes}.`,
    fix: 'Name only your own authorities in `target.trust.caFile`; the public ones are trusted anyway.',
  },
];

function userDataBytes(surroundings: ServerProps['surroundings']): number {
  return Buffer.from(renderUserData(surroundings)).toString('base64').length;
}
