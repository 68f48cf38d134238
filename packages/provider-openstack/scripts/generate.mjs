// Writes TypeScript bindings of every resource and data source into generated/, from the schema facts in schema/.
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { CodeMaker, TerraformProviderGenerator, TerraformProviderConstraint } = require('@cdktf/provider-generator');

const root = join(import.meta.dirname, '..');
const facts = readdirSync(join(root, 'schema')).filter((name) => name.endsWith('.schema.json'));
if (facts.length !== 1) throw new Error(`schema/ must hold exactly one *.schema.json, found ${String(facts.length)}`);
const schema = JSON.parse(readFileSync(join(root, 'schema', facts[0]), 'utf8'));
schema.provider_versions = Object.fromEntries(Object.keys(schema.provider_schemas).map((name) => [name, '3.4.0']));

// A short source lets OpenTofu find the provider in its own registry; generateAll would write Terraform's host into it.
const constraint = new TerraformProviderConstraint('terraform-provider-openstack/openstack@~> 3.4');

for (const folder of ['generated', 'lib']) rmSync(join(root, folder), { recursive: true, force: true });
const code = new CodeMaker();
new TerraformProviderGenerator(code, schema).generate(constraint);
await code.save(join(root, 'generated'));
