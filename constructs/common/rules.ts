import type { App } from 'cdktf';
import type { Construct } from 'constructs';
import { diagnostic, formatDiagnostic } from '../../core/diagnostic.js';
import type { Diagnostic } from '../../core/diagnostic.js';

/** A rule for a construct's props, as data. */
export interface Rule<Props> {
  /** Stable and kebab-cased. */
  readonly code: string;
  readonly holds: (props: Props) => boolean;
  /** The problem, with the value received and what is allowed. */
  readonly message: (props: Props) => string;
  readonly fix: string | ((props: Props) => string);
}

const metadataType = 'aws2openstack:diagnostic';

/**
 * Checks a construct's props. Failures are stored with the construct, so that one synth reports the failures of all
 * constructs: `failedRules` lists them as data, and synthesis refuses to write anything while there are any.
 */
export function requireValid<Props>(construct: Construct, rules: readonly Rule<Props>[], props: Props): void {
  const broken = rules.filter((rule) => !rule.holds(props));
  if (broken.length === 0) return;
  const { path } = construct.node;
  const diagnostics = broken.map(({ code, message, fix }): Diagnostic =>
    diagnostic({
      code,
      path,
      message: message(props),
      fix: typeof fix === 'string' ? fix : fix(props),
    }),
  );
  for (const diagnostic of diagnostics) construct.node.addMetadata(metadataType, diagnostic);
  construct.node.addValidation({ validate: () => diagnostics.map(formatDiagnostic) });
}

/** The failures of every construct under `app`, in tree order. */
export function failedRules(app: App): readonly Diagnostic[] {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata.filter(({ type }) => type === metadataType).map(({ data }) => data as Diagnostic),
    );
}
