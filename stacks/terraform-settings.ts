import { OpenstackProvider } from '@cdktf/provider-openstack/lib/provider';
import { Aspects, LocalBackend, TerraformResource } from 'cdktf';
import type { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Target } from '../mappings/template.js';

/**
 * Provider and state of a stack. Credentials come from the `OS_*` environment or from clouds.yaml, never from here.
 * cdktf's own local backend names the state by an absolute path, which differs from machine to machine; this one is
 * next to the output folder. Two lakehouses with adjacent folders have separate states, or applying one would destroy
 * the other. Resources that constructs protect from destruction stay protected unless the mapping says otherwise.
 */
export function applyTerraformSettings(
  stack: TerraformStack,
  { name, region, state, protectData, trust }: Target,
): void {
  // The provider takes the certificates themselves in place of a file, so the folder may be moved.
  const authorities = trust === undefined ? {} : { cacertFile: trust.authorities.join('') };
  new OpenstackProvider(stack, 'openstack', { region, ...authorities });
  stack.addOverride('terraform.required_providers.openstack.version', '~> 3.4');
  new LocalBackend(stack, { path: `../../../terraform.${name}.${stack.node.id}.tfstate` });
  // cdktf's classes for the other backends support only some of their settings.
  if (state.backend !== 'local') {
    stack.addOverride('terraform.backend', {
      local: undefined,
      [state.backend]: settingsOf(state.settings, stack.node.id),
    });
  }
  if (!protectData) Aspects.of(stack).add({ visit: allowDestroy });
}

function allowDestroy(node: IConstruct): void {
  if (TerraformResource.isTerraformResource(node) && node.lifecycle?.preventDestroy === true) {
    node.lifecycle = { ...node.lifecycle, preventDestroy: false };
  }
}

function settingsOf(settings: object, stack: string): unknown {
  return JSON.parse(JSON.stringify(settings).replaceAll('${stack}', stack));
}
