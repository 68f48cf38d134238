import {
  GetBucketCorsCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { plural } from './setting.js';
import type { Setting } from './setting.js';

export const policy: Setting = {
  name: 'policy',
  action: 's3:GetBucketPolicy',
  read: async (client, Bucket) => {
    const { Policy } = await client.send(new GetBucketPolicyCommand({ Bucket }));
    if (Policy === undefined || Policy === '') return null;
    const effects = effectsIn(Policy);
    const denials = effects.filter((effect) => effect === 'Deny').length;
    return {
      found: `${plural(effects.length, 'statement')}, of which ${denials} deny`,
      fate: 'by-hand',
      becomes: `Who may use the data at the target is said by \`grants\` of the mapping for Trino, and by roles of the project for the object store; \`aws s3api get-bucket-policy --bucket ${Bucket}\` shows the policy.${denials > 0 ? ' Statements that deny may also refuse the copy (by network, VPC endpoint or role).' : ''}`,
    };
  },
};

function effectsIn(policy: string): readonly unknown[] {
  const { Statement } = JSON.parse(policy) as { Statement?: unknown };
  return [Statement ?? []].flat().map((statement) => (statement as { Effect?: unknown } | null)?.Effect);
}

export const publicAccessBlock: Setting = {
  name: 'public-access-block',
  action: 's3:GetBucketPublicAccessBlock',
  read: async (client, Bucket) => {
    const answer = await client.send(new GetPublicAccessBlockCommand({ Bucket }));
    const settings = Object.entries(answer.PublicAccessBlockConfiguration ?? {}).filter(([, value]) => value === true);
    if (settings.length === 0) return null;
    return {
      found: settings.length === 4 ? 'all public access blocked' : settings.map(([name]) => name).join(', '),
      fate: 'not-needed',
      becomes: 'Buckets of the target are private: Terraform gives nobody but the project access.',
    };
  },
};

export const ownership: Setting = {
  name: 'ownership',
  action: 's3:GetBucketOwnershipControls',
  read: async (client, Bucket) => {
    const answer = await client.send(new GetBucketOwnershipControlsCommand({ Bucket }));
    const found = answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    if (found === undefined) return null;
    if (found === 'BucketOwnerEnforced')
      return { found, fate: 'not-needed', becomes: 'ACLs are off, so that none has to be carried over.' };
    return {
      found,
      fate: 'by-hand',
      becomes:
        'Objects may have ACLs, and owners in other accounts. ACLs are not copied; an object that another account owns can be refused to the credentials that copy.',
    };
  },
};

export const website: Setting = {
  name: 'website',
  action: 's3:GetBucketWebsite',
  read: async (client, Bucket) => {
    const { IndexDocument, RedirectAllRequestsTo } = await client.send(new GetBucketWebsiteCommand({ Bucket }));
    if (IndexDocument === undefined && RedirectAllRequestsTo === undefined) return null;
    return {
      found:
        RedirectAllRequestsTo === undefined
          ? `index document ${IndexDocument?.Suffix ?? 'none'}`
          : `redirects to ${RedirectAllRequestsTo.HostName ?? ''}`,
      fate: 'by-hand',
      becomes: 'A web server at the target must serve it: the lakehouse does not.',
    };
  },
};

export const cors: Setting = {
  name: 'cors',
  action: 's3:GetBucketCORS',
  read: async (client, Bucket) => {
    const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket }));
    if (CORSRules.length === 0) return null;
    return {
      found: plural(CORSRules.length, 'rule'),
      fate: 'by-hand',
      becomes:
        'Browsers that read the bucket itself need the same at the target: `aws s3api put-bucket-cors --endpoint-url …` for Ceph, X-Container-Meta-Access-Control-Allow-Origin for Swift. Trino needs none.',
    };
  },
};
