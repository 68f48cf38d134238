import { LocalBackend, S3Backend } from 'cdktf';
import type { TerraformStack } from 'cdktf';
import type { WavesSettings } from './settings.js';

/** In the bucket that the settings name, or in a file beside the output folder. */
export function useState(stack: TerraformStack, { state, region, name }: WavesSettings): void {
  const { id } = stack.node;
  if (state === undefined) {
    new LocalBackend(stack, { path: `../../../terraform.${name}.${id}.tfstate` });
    return;
  }
  new S3Backend(stack, {
    bucket: state.bucket,
    key: `${name}/${id}/terraform.tfstate`,
    region: state.region ?? region,
    encrypt: true,
    ...(state.lockTable !== undefined && { dynamodbTable: state.lockTable }),
  });
  // cdktf's class does not have the setting.
  if (state.useLockfile ?? true) stack.addOverride('terraform.backend.s3.use_lockfile', true);
}
