import type { SwiftLimits } from '../../../clients/swift/index.js';
import type { ObjectProperties } from './properties.js';

const metadataPrefix = 'x-object-meta-';

/**
 * The headers of an object in Swift. An underscore in the name of metadata is written as Swift's S3 layer does, which reads
 * it back; Swift itself would make a hyphen of it.
 */
export function swiftHeaders({ content, metadata }: ObjectProperties, limits: SwiftLimits): Record<string, string> {
  if (isBeyond(metadata, limits)) return { ...content };
  const entries = Object.entries(metadata).map(([name, value]) => [
    metadataPrefix + name.replaceAll('_', '=5F'),
    value,
  ]);
  return { ...content, ...(Object.fromEntries(entries) as Record<string, string>) };
}

/**
 * The properties of an object that Swift does not keep. Source: Object Storage API v1, 'Create or update object
 * metadata'.
 */
export function swiftNotCarried({ metadata, tags, left }: ObjectProperties, limits: SwiftLimits): readonly string[] {
  const empty = Object.entries(metadata).flatMap(([name, value]) => (value === '' ? [name] : []));
  return [
    ...left,
    ...(tags === '' ? [] : ['its tags']),
    ...(isBeyond(metadata, limits) ? ['its user metadata, which is larger than Swift allows'] : []),
    ...empty.map((name) => `the metadata '${name}', which is empty`),
  ];
}

function isBeyond(metadata: ObjectProperties['metadata'], limits: SwiftLimits): boolean {
  const entries = Object.entries(metadata);
  const total = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return (
    entries.length > limits.maxMetaCount ||
    total > limits.maxMetaBytes ||
    entries.some(([name, value]) => name.length > limits.maxMetaNameBytes || value.length > limits.maxMetaValueBytes)
  );
}
