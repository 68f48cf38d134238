import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import type { TerraformStack } from 'cdktf';

/** The AWS provider of a stack; every resource that can carry tags gets these. Credentials come from the environment. */
export function useAws(stack: TerraformStack, region: string, tags: Record<string, string>): void {
  new AwsProvider(stack, 'aws', { region, defaultTags: [{ tags }] });
  stack.addOverride('terraform.required_providers.aws.version', '~> 6.34');
}
