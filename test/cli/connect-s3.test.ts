import { expect, test } from '@jest/globals';
import { s3TargetOf } from '../../cli/assess/connect-s3.js';

const region = 'eu-central-1';
const local = 'http://127.0.0.1:5000';
const glue = 'https://vpce-1-a.glue.eu-central-1.vpce.amazonaws.com';

test.each([
  ['S3 of AWS, without an endpoint', {}, {}, undefined],
  ['the endpoint of an emulator serves S3, too', { endpointUrl: local }, {}, local],
  ['an endpoint of Glue in AWS does not serve S3', { endpointUrl: glue }, {}, undefined],
  ['the endpoint of S3 itself comes first', { endpointUrl: glue, s3EndpointUrl: local }, {}, local],
  ['the environment is heard', {}, { AWS_ENDPOINT_URL: local }, local],
  ['the environment of S3 comes first', {}, { AWS_ENDPOINT_URL: glue, AWS_ENDPOINT_URL_S3: local }, local],
])('%s', (_, flags, env, endpoint) => {
  expect(s3TargetOf(env, { region, ...flags }).endpoint).toBe(endpoint);
});
