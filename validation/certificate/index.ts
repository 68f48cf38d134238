export type { CertificateInput, TableResult } from './certificate-input.js';
export type { Certificate } from './certificate.js';
export { signerFrom } from './sshsig/index.js';
export { verifyCertificate } from './verify-certificate.js';
export type { VerifiedCertificate } from './verify-certificate.js';
export { writeCertificate } from './write-certificate.js';
