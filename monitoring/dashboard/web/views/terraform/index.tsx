import { printable } from '../../../../../core/diagnostic.js';
import { request } from '../../api/request.js';
import { useRequest } from '../../api/use-answer.js';
import { bytes, number, printableLines } from '../../format/index.js';
import { Answer, Empty } from '../../ui/answer.js';
import { Panel } from '../../ui/card.js';
import { Table } from '../../ui/table.js';
import { one } from '../../url/address.js';
import type { Terraform, TerraformStack } from '../../../server/folders/terraform-folder.js';
import type { View, ViewProps } from '../view.js';

export const terraformView: View = { path: '/terraform', title: 'Terraform', group: 'Transform', Page };

interface ShownTerraform extends Terraform {
  readonly assessments: readonly string[];
  readonly replaced: readonly string[];
}

/** More than a person reads, and a browser shows at once. */
const mostCharacters = 200_000;

function Page({ at, assessment }: ViewProps) {
  const terraform = useRequest(async (signal) => (await request('/api/terraform', { signal })) as ShownTerraform, []);
  if (terraform.state === 'failed' && terraform.failure.problems.some(({ code }) => code === 'no-terraform-shown'))
    return (
      <Empty title="No Terraform to show">
        Start the dashboard with <code>--terraform cdktf.out</code>, the folder that <code>aws2openstack synth</code>{' '}
        wrote.
      </Empty>
    );
  return (
    <Answer of={terraform}>
      {({ assessments, replaced, edited, stacks }) => {
        const shown = stacks.find(({ name }) => name === one(at.query, 'stack')) ?? stacks[0];
        return (
          <>
            <div class={`callout ${assessments.includes(assessment.id) ? 'good' : 'caution'}`}>
              <p>{originOf(assessments, assessment.id)}</p>
            </div>
            {outdated(replaced, edited).map((reason) => (
              <div key={reason} class="callout caution">
                <p>{printable(reason)}</p>
              </div>
            ))}
            <form class="filters">
              <label class="field">
                <span>Stack</span>
                <select
                  value={shown?.name ?? ''}
                  onChange={({ currentTarget }) => {
                    at.set({ stack: currentTarget.value });
                  }}
                >
                  {stacks.map(({ name }) => (
                    <option key={name} value={name} selected={name === shown?.name}>
                      {printable(name)}
                    </option>
                  ))}
                </select>
              </label>
            </form>
            {shown !== undefined && <Stack key={shown.name} stack={shown} />}
          </>
        );
      }}
    </Answer>
  );
}

function originOf(assessments: readonly string[], shown: string): string {
  if (assessments.includes(shown)) return 'This Terraform was generated from the assessment that is shown.';
  return assessments.length > 0
    ? `This Terraform was generated from ${assessments.join(', ')}.`
    : 'The store does not know this Terraform: it was changed, or generated without --save-to-db.';
}

/** Why the shown files are not what was generated last. */
function outdated(replaced: readonly string[], edited: readonly string[]): readonly string[] {
  return [
    ...(replaced.length === 0
      ? []
      : [`It is outdated: other Terraform was generated from ${replaced.join(', ')} since.`]),
    ...(edited.length === 0 ? [] : [`Generated files were changed or removed since the synth: ${edited.join(', ')}.`]),
  ];
}

function Stack({ stack: { name, bytes: size, resources } }: { readonly stack: TerraformStack }) {
  const text = useRequest(
    async (signal) => JSON.stringify(await request(`/api/terraform/${encodeURIComponent(name)}`, { signal }), null, 2),
    [name],
  );
  return (
    <div class="grid">
      <Panel title="Resources">
        <Table
          caption={`Resources of ${printable(name)}`}
          rows={resources}
          keyOf={({ type }) => type}
          empty={<Empty title="No resources" />}
          columns={[
            { title: 'Type', heads: true, cell: ({ type }) => <code>{printable(type)}</code> },
            { title: 'Number', numeric: true, cell: ({ count }) => number(count) },
          ]}
        />
      </Panel>
      <Panel
        title="cdk.tf.json"
        wide
        actions={
          <a class="button" href={`/api/terraform/${encodeURIComponent(name)}`} download={`${name}.tf.json`}>
            Download ({bytes(size)})
          </a>
        }
      >
        <Answer of={text}>
          {(shown) => (
            <>
              <pre class="source" tabIndex={0} aria-label={`Terraform of ${printable(name)}`}>
                {printableLines(shown.slice(0, mostCharacters))}
              </pre>
              {shown.length > mostCharacters && <p class="muted">The rest is in the download.</p>}
            </>
          )}
        </Answer>
      </Panel>
    </div>
  );
}
