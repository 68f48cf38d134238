import { createReadStream, existsSync, openSync, statSync } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { diagnostic } from '../../../../core/diagnostic.js';
import type { Diagnostic } from '../../../../core/diagnostic.js';
import { fail, ok } from '../../../../core/result.js';
import type { Result } from '../../../../core/result.js';
import {
  certificateFiles,
  readAllowedSigners,
  readCertificate,
  verifyCertificate,
} from '../../../../validation/certificate/index.js';
import type { Certificate, VerifiedCertificate } from '../../../../validation/certificate/index.js';

export interface CertificateFolderOptions {
  /** Where `validate report` writes it. */
  readonly folder?: string;
  /** File that says who may sign it, as ssh-keygen reads it. */
  readonly allowedSigners?: string;
}

export interface CertificateFile {
  readonly name: string;
  readonly bytes: number;
}

/** The answer of `GET /api/certificate`. */
export interface CertificateAnswer extends Pick<
  Certificate,
  'verdict' | 'assessment' | 'run' | 'totals' | 'toolVersion'
> {
  readonly files: readonly CertificateFile[];
  /** Whether the dashboard knows who may sign. */
  readonly can_verify: boolean;
}

/** A certificate that may be written, or written again, at any time. */
export class CertificateFolder {
  #verifying: Promise<Result<VerifiedCertificate>> | undefined;

  constructor(private readonly options: CertificateFolderOptions) {}

  get canVerify(): boolean {
    return this.options.allowedSigners !== undefined;
  }

  read(): Result<Certificate> {
    const file = this.#pathOf(certificateFiles.certificate);
    return file === undefined ? fail([noCertificate()]) : withoutFolders(readCertificate(file));
  }

  files(): readonly CertificateFile[] {
    return Object.values(certificateFiles).flatMap((name) => {
      const path = this.#pathOf(name);
      const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      return found?.isFile() === true ? [{ name, bytes: found.size }] : [];
    });
  }

  /** `undefined` where the certificate has no such file, or it cannot be read. */
  open(name: string): ReadStream | undefined {
    const path = this.files().some((file) => file.name === name) ? this.#pathOf(name) : undefined;
    if (path === undefined) return undefined;
    try {
      return createReadStream(path, { fd: openSync(path, 'r') });
    } catch {
      return undefined;
    }
  }

  /** As `aws2openstack verify`. It reads all files, so that those who ask meanwhile get the same answer. */
  async verify(): Promise<Result<VerifiedCertificate>> {
    this.#verifying ??= this.#verifyOnce().finally(() => (this.#verifying = undefined));
    return await this.#verifying;
  }

  async #verifyOnce(): Promise<Result<VerifiedCertificate>> {
    const { folder, allowedSigners: file } = this.options;
    if (folder === undefined || this.#pathOf(certificateFiles.certificate) === undefined)
      return fail([noCertificate()]);
    if (file === undefined) return fail([nobodyAllowed()]);
    const allowedSigners = readAllowedSigners(file);
    if (!allowedSigners.ok) return withoutFolders(allowedSigners);
    const trusted = { allowedSigners: allowedSigners.value, file: basename(file), at: new Date() };
    return withoutFolders(await verifyCertificate(folder, trusted));
  }

  #pathOf(name: string): string | undefined {
    const path = join(this.options.folder ?? '', name);
    return this.options.folder !== undefined && existsSync(path) ? path : undefined;
  }
}

/** Whoever looks at the dashboard need not know the folders of its machine. */
function withoutFolders<T>(result: Result<T>): Result<T> {
  return result.ok ? ok(result.value) : fail(result.error.map(withoutFolder));
}

function withoutFolder(problem: Diagnostic): Diagnostic {
  return { ...problem, path: basename(problem.path) };
}

function noCertificate(): Diagnostic {
  return diagnostic({
    code: 'no-certificate',
    message: 'The dashboard was started without a certificate.',
    fix: 'Run `aws2openstack validate report --output certificate`, and start `aws2openstack dashboard --certificate certificate`.',
  });
}

function nobodyAllowed(): Diagnostic {
  return diagnostic({
    code: 'no-allowed-signers',
    message: 'The dashboard was started without a file of allowed signers.',
    fix: 'Start it with `--allowed-signers FILE`, which has lines of IDENTITY TYPE KEY.',
  });
}
