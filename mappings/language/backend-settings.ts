import type { Target } from '../template.js';
import { suggestion } from './schema-diagnostics.js';
import type { Path } from './yaml-source.js';

/** The settings that a backend, or a section of its settings, may have. Numbers and flags are single values too. */
interface Section {
  readonly values: readonly string[];
  readonly lists?: readonly string[];
  /** With keys of the user's own. */
  readonly maps?: readonly string[];
  readonly sections?: Readonly<Record<string, Section>>;
}

const role = ['role_arn', 'duration', 'policy', 'session_name'];

/** Sources: Terraform documentation, 'Backend Type: http', 'pg', 's3' (1.13); OpenTofu has `headers`, `table_name` and `index_name` too. */
const backends: Readonly<Record<Exclude<Target['state']['backend'], 'local'>, Section>> = {
  http: {
    values: [
      'address',
      'update_method',
      'lock_address',
      'lock_method',
      'unlock_address',
      'unlock_method',
      'username',
      'password',
      'skip_cert_verification',
      'retry_max',
      'retry_wait_min',
      'retry_wait_max',
      'client_ca_certificate_pem',
      'client_certificate_pem',
      'client_private_key_pem',
    ],
    maps: ['headers'],
  },
  pg: {
    values: [
      'conn_str',
      'schema_name',
      'skip_schema_creation',
      'skip_table_creation',
      'skip_index_creation',
      'table_name',
      'index_name',
    ],
  },
  s3: {
    values: [
      'access_key',
      'acl',
      'bucket',
      'custom_ca_bundle',
      'dynamodb_endpoint',
      'dynamodb_table',
      'ec2_metadata_service_endpoint',
      'ec2_metadata_service_endpoint_mode',
      'encrypt',
      'endpoint',
      'force_path_style',
      'http_proxy',
      'https_proxy',
      'iam_endpoint',
      'insecure',
      'key',
      'kms_key_id',
      'max_retries',
      'no_proxy',
      'profile',
      'region',
      'retry_mode',
      'secret_key',
      'shared_credentials_file',
      'skip_credentials_validation',
      'skip_metadata_api_check',
      'skip_region_validation',
      'skip_requesting_account_id',
      'skip_s3_checksum',
      'sse_customer_key',
      'sts_endpoint',
      'sts_region',
      'token',
      'use_dualstack_endpoint',
      'use_fips_endpoint',
      'use_lockfile',
      'use_path_style',
      'workspace_key_prefix',
    ],
    lists: ['allowed_account_ids', 'forbidden_account_ids', 'shared_config_files', 'shared_credentials_files'],
    sections: {
      endpoints: { values: ['dynamodb', 'iam', 's3', 'sso', 'sts'] },
      assume_role: {
        values: [...role, 'external_id', 'source_identity'],
        lists: ['policy_arns', 'transitive_tag_keys'],
        maps: ['tags'],
      },
      assume_role_with_web_identity: {
        values: [...role, 'web_identity_token', 'web_identity_token_file'],
        lists: ['policy_arns'],
      },
    },
  },
};

interface BackendProblem {
  /** Below `target.state.settings`. */
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}

/** Settings that `terraform init` would refuse: unknown names, and lists in place of a single value. */
export function backendProblems({ backend, settings }: Target['state']): readonly BackendProblem[] {
  return backend === 'local' ? [] : problemsIn(settings, backends[backend], `The backend ${backend}`, []);
}

function problemsIn(value: object, section: Section, owner: string, path: Path): readonly BackendProblem[] {
  const { values, lists = [], maps = [], sections = {} } = section;
  const known = [...values, ...lists, ...maps, ...Object.keys(sections)];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): readonly BackendProblem[] => {
    const at = [...path, name];
    if (!known.includes(name)) {
      const message = `${owner} has no setting '${name}'.`;
      return [{ path: at, message, fix: suggestion(name, known) ?? `Use one of ${known.join(', ')}.` }];
    }
    const nested = Object.hasOwn(sections, name) ? sections[name] : undefined;
    const wanted = lists.includes(name)
      ? 'a list'
      : nested !== undefined || maps.includes(name)
        ? 'a map'
        : 'a single value';
    const found = Array.isArray(inner) ? 'a list' : typeof inner === 'object' ? 'a map' : 'a single value';
    if (found !== wanted) {
      return [{ path: at, message: `'${name}' takes ${wanted}, not ${found}.`, fix: `Write '${name}' as ${wanted}.` }];
    }
    return nested === undefined ? [] : problemsIn(inner as object, nested, `'${name}'`, at);
  });
}
