import type { FastifyInstance } from 'fastify';
import { guardAgainstForgery, refuse } from '../access.js';
import { noSuchAddress } from '../failures.js';
import type { CertificateAnswer, CertificateFolder } from '../folders/certificate-folder.js';
import { problems } from './problems-schema.js';

const types: Readonly<Record<string, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  pdf: 'application/pdf',
};

/** `GET /api/certificate`, its files, and `POST /api/certificate/verify`, which checks it as `aws2openstack verify` does. */
export function certificateRoutes(app: FastifyInstance, certificate: CertificateFolder): void {
  app.get(
    '/api/certificate',
    {
      config: { access: 'viewer' },
      schema: {
        operationId: 'certificate',
        summary: 'What the certificate claims',
        tags: ['files'],
        response: { '4xx': problems },
      },
    },
    (_request, reply) => {
      const read = certificate.read();
      if (!read.ok) return refuse(reply, 404, ...read.error);
      const { verdict, assessment, run, totals, toolVersion } = read.value;
      return reply.send({
        ...{ verdict, assessment, run, totals, toolVersion },
        files: certificate.files(),
        can_verify: certificate.canVerify,
      } satisfies CertificateAnswer);
    },
  );
  app.get<{ Params: { readonly name: string } }>(
    '/api/certificate/files/:name',
    {
      config: { access: 'viewer' },
      compress: false,
      schema: {
        operationId: 'certificate_file',
        summary: 'A file of the certificate, byte for byte',
        tags: ['files'],
        params: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 100 } } },
        response: { '4xx': problems },
      },
    },
    (request, reply) => {
      const { name } = request.params;
      const content = certificate.open(name);
      if (content === undefined) return refuse(reply, 404, noSuchAddress(request));
      return reply
        .type(types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
        .header('Content-Disposition', `attachment; filename="${name}"`)
        .send(content);
    },
  );
  app.post(
    '/api/certificate/verify',
    {
      config: { access: 'viewer' },
      onRequest: guardAgainstForgery(app),
      schema: {
        operationId: 'verify_certificate',
        summary: 'Check the signature, each file and each chain of the certificate',
        tags: ['files'],
        response: { 200: verified, '4xx': problems },
      },
    },
    async (_request, reply) => {
      const checked = await certificate.verify();
      if (checked.ok) return { intact: true, signer: checked.value.signer, problems: [] };
      const isUnknown = checked.error.some(({ code }) => code === 'no-certificate' || code === 'no-allowed-signers');
      if (isUnknown) return refuse(reply, 404, ...checked.error);
      return { intact: false, signer: null, problems: checked.error };
    },
  );
}

const verified = {
  description: 'Whether it is as it was signed',
  type: 'object',
  properties: {
    intact: { type: 'boolean' },
    signer: {
      anyOf: [
        {
          type: 'object',
          properties: {
            identity: { type: 'string' },
            keyType: { type: 'string' },
            fingerprint: { type: 'string' },
          },
        },
        { type: 'null' },
      ],
    },
    problems: problems.properties.errors,
  },
} as const;
