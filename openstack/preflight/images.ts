import type { Diagnostic } from '../../core/diagnostic.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding, some } from './finding.js';
import type { CloudNeeds } from './needs.js';

/** The image exists and can be booted. Source: Image API v2. */
export async function checkImages(session: CloudSession, { images }: CloudNeeds): Promise<readonly Diagnostic[]> {
  const problems = await Promise.all(images.map((image) => problemOf(session, image)));
  return problems.flat();
}

interface Images {
  readonly images: readonly { readonly name: string | null; readonly status: string }[];
}

async function problemOf(session: CloudSession, image: string): Promise<Diagnostic[]> {
  const found = await ask<Images>(session, 'image', `/v2/images?name=${encodeURIComponent(image)}`, 'images');
  if (!found.ok) return [found.error];
  if (found.value.images.some(({ status }) => status === 'active')) return [];
  const all = await ask<Images>(session, 'image', '/v2/images?limit=100&status=active', 'images');
  const names = all.ok ? all.value.images.flatMap(({ name }) => name ?? []).sort() : [];
  const [first] = found.value.images;
  const what = first === undefined ? 'The cloud has no image' : `No image '${image}' can be booted (${first.status});`;
  return [
    finding(
      'target.image',
      'image-missing',
      first === undefined
        ? `${what} '${image}' that this project may use; it has ${some(names)}.`
        : `${what} the cloud has ${some(names)}.`,
      'Set `target.image` to one of them (Debian 12), or upload it: openstack image create.',
    ),
  ];
}
