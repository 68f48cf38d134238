import { expect, test } from '@jest/globals';
import { schemaBesideTypes } from '../support/schema-of-type.js';

const definitionsOf = schemaBesideTypes(
  'registration/manifest.schema.json',
  'registration/{manifest,render-manifest}.ts',
);

test.each(['ManifestEntry', 'ManifestIndex'])('the JSON Schema says of a %s what its TypeScript type says', (type) => {
  const [declared, generated] = definitionsOf(type);
  expect(declared).toEqual(generated);
});
