import type { Diagnostic } from '../../../core/diagnostic.js';
import type { State } from '../../../state/index.js';
import type { CertificateFolderOptions } from './folders/certificate-folder.js';
import type { AnsweredRequest } from './request-log.js';
import type { OidcSettings } from './sign-in/oidc.js';
import type { SignInSecrets } from './sign-in/tokens.js';

export interface DashboardOptions {
  readonly state: State;
  readonly secrets: SignInSecrets;
  /** PEM; without it, plain HTTP, which is for this machine alone. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Where browsers find it behind a proxy. @default where it listens */
  readonly publicUrl?: URL;
  readonly oidc?: OidcSettings;
  /** Folder that a synth wrote, such as `cdktf.out`. @default none is shown */
  readonly terraform?: string;
  /** @default none is shown */
  readonly certificate?: CertificateFolderOptions;
  /** Of the built front end. @default beside this file, or in dist/ */
  readonly webFolder?: string;
  readonly onProblem: (problem: unknown) => void;
  /** For a log. */
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  /** How often the store is read for live viewers, in milliseconds. @default 2000 */
  readonly pollMs?: number;
  /** Requests a minute from one address. @default 1200 */
  readonly requestsPerMinute?: number;
}

/** The body of every answer that is an error. */
export interface Problems {
  readonly errors: readonly Diagnostic[];
}
