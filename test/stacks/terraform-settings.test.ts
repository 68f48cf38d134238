import { expect, test } from '@jest/globals';
import { planWith } from '../support/plan-builder.js';
import { synthesize } from '../support/synth.js';

test('each stack keeps its state where the mapping says, under its own name', () => {
  const settings = { address: 'https://git.acme.example/state/${stack}', lock_method: 'POST' };
  const files = synthesize(planWith({ target: { state: { backend: 'http', settings } } }));
  for (const stack of ['lakehouse', 'lakehouse-storage']) {
    const { terraform } = JSON.parse(files.get(`stacks/${stack}/cdk.tf.json`) ?? '') as {
      terraform: { backend: unknown };
    };
    expect(terraform.backend).toEqual({
      http: { address: `https://git.acme.example/state/${stack}`, lock_method: 'POST' },
    });
  }
});

test('the states of two lakehouses lie apart, so that applying one leaves the other alone', () => {
  const [ours, theirs] = ['ours', 'theirs'].map((name) => {
    const files = synthesize(planWith({ target: { name } }));
    return ['lakehouse-storage', 'lakehouse'].map((stack) => {
      const { terraform } = JSON.parse(files.get(`stacks/${stack}/cdk.tf.json`) ?? '') as {
        terraform: { backend: { local: { path: string } } };
      };
      return terraform.backend.local.path;
    });
  });
  expect(ours).toEqual([
    '../../../terraform.ours.lakehouse-storage.tfstate',
    '../../../terraform.ours.lakehouse.tfstate',
  ]);
  expect(theirs).toEqual(ours?.map((path) => path.replace('ours', 'theirs')));
});
