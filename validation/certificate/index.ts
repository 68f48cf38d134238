export type { CertificateInput, TableResult } from './certificate-input.js';
export { certificateFiles } from './certificate.js';
export type { Certificate } from './certificate.js';
export { isOpen } from './contradictions.js';
export { readAllowedSigners } from './read-allowed-signers.js';
export { signerFrom } from './sshsig/index.js';
export { readCertificate, verifyCertificate } from './verify-certificate.js';
export type { VerifiedCertificate } from './verify-certificate.js';
export { writeCertificate } from './write-certificate.js';
