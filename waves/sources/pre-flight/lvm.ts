import { readPart } from './image-part.js';
import type { ByteRange, ImagePart } from './image-part.js';

/** A physical volume, and what the metadata in it says of its volume group. */
export interface PhysicalVolume {
  readonly group: string;
  /** How many physical volumes the group has. */
  readonly volumes: number;
  readonly logicalVolumes: readonly LogicalVolume[];
}

export interface LogicalVolume {
  readonly name: string;
  /** Where its bytes are in the part; undefined where they are not all there, or not in a row (striped, RAID, thin, cached). */
  readonly ranges: readonly ByteRange[] | undefined;
}

const sector = 512;
const labelSectors = 4;

/**
 * Reads the label and the newest metadata of a physical volume. Undefined where there are none, as of one that is in no group.
 * Source: LVM2, `lib/format_text/layout.h`; lvm2's manual, 'pvck --dump'.
 */
export async function readPhysicalVolume(part: ImagePart): Promise<PhysicalVolume | undefined> {
  const labels = await readPart(part, 0, labelSectors * sector);
  const start = [0, 1, 2, 3]
    .map((one) => one * sector)
    .find((at) => labels.toString('latin1', at, at + 8) === 'LABELONE');
  if (start === undefined) return undefined;
  const header = labels.subarray(start + labels.readUInt32LE(start + 20));
  const id = withHyphens(header.toString('latin1', 0, 32));
  // After its size: data areas, then metadata areas, each list ended by zeros.
  const afterData = listIn(header, 40);
  const [area] = listIn(header, afterData.end).items;
  const metadata = area === undefined ? undefined : await newestIn(part, area);
  return metadata === undefined ? undefined : volumeOf(parseConfig(metadata), id);
}

interface Area {
  readonly startBytes: number;
  readonly sizeBytes: number;
}

function listIn(bytes: Buffer, from: number): { readonly items: readonly Area[]; readonly end: number } {
  const items: Area[] = [];
  for (let at = from; at + 16 <= bytes.length; at += 16) {
    const [startBytes, sizeBytes] = [Number(bytes.readBigUInt64LE(at)), Number(bytes.readBigUInt64LE(at + 8))];
    if (startBytes === 0 && sizeBytes === 0) return { items, end: at + 16 };
    items.push({ startBytes, sizeBytes });
  }
  return { items, end: bytes.length };
}

/** Of metadata more than this, something is wrong. */
const mostBytes = 16 * 1024 * 1024;

/** The area is a ring, of which the first sector tells where the newest text is. */
async function newestIn(part: ImagePart, { startBytes, sizeBytes }: Area): Promise<string | undefined> {
  const header = await readPart(part, startBytes, sector);
  if (header.length < sector || header.toString('latin1', 4, 20) !== ' LVM2 x[5A%r0N*>') return undefined;
  const [offset, length] = [Number(header.readBigUInt64LE(40)), Number(header.readBigUInt64LE(48))];
  if (offset === 0 || length === 0 || length > Math.min(mostBytes, sizeBytes)) return undefined;
  const first = Math.min(length, sizeBytes - offset);
  const head = await readPart(part, startBytes + offset, first);
  const tail = first < length ? await readPart(part, startBytes + sector, length - first) : Buffer.alloc(0);
  return Buffer.concat([head, tail]).toString('utf8');
}

type Value = string | number | readonly Value[];
interface Section {
  readonly [name: string]: Value | Section;
}

const token = /#[^\n]*|"(?:[^"\\]|\\.)*"|[{}[\]=,]|[^\s{}[\]=,"#]+/g;

/** LVM's own text format: sections in braces, and `name = value`. */
function parseConfig(source: string): Section {
  const tokens = (source.replace(/\0.*$/s, '').match(token) ?? []).filter((one) => !one.startsWith('#'));
  let at = 0;
  const value = (): Value => {
    const one = tokens[at] ?? '';
    at += 1;
    if (one === '[') {
      const items: Value[] = [];
      while (at < tokens.length && tokens[at] !== ']') {
        if (tokens[at] === ',') at += 1;
        else items.push(value());
      }
      at += 1;
      return items;
    }
    return one.startsWith('"') ? one.slice(1, -1).replace(/\\(.)/g, '$1') : Number(one);
  };
  const section = (): Section => {
    const found: Record<string, Value | Section> = {};
    while (at < tokens.length && tokens[at] !== '}') {
      const name = tokens[at] ?? '';
      const mark = tokens[at + 1];
      at += 2;
      if (mark === '{') {
        found[name] = section();
        at += 1;
      } else if (mark === '=') found[name] = value();
      else break;
    }
    return found;
  };
  return section();
}

function volumeOf(config: Section, ownId: string): PhysicalVolume | undefined {
  const [group, content] = Object.entries(config).find(([, one]) => isSection(one)) ?? [];
  if (group === undefined || content === undefined || !isSection(content)) return undefined;
  const extentBytes = numberIn(content, 'extent_size') * sector;
  const physical = Object.entries(sectionIn(content, 'physical_volumes'));
  const own = physical.find(([, one]) => isSection(one) && one['id'] === ownId);
  const dataStart = own === undefined || !isSection(own[1]) ? 0 : numberIn(own[1], 'pe_start') * sector;
  const rangesOf = (volume: Section): readonly ByteRange[] | undefined => {
    const ranges: ByteRange[] = [];
    for (let number = 1; number <= numberIn(volume, 'segment_count'); number += 1) {
      const segment = sectionIn(volume, `segment${number}`);
      const stripes = segment['stripes'];
      const [place, extent] = Array.isArray(stripes) ? (stripes as readonly Value[]) : [];
      const isLinear = segment['type'] === 'striped' && segment['stripe_count'] === 1;
      if (!isLinear || place !== own?.[0] || typeof extent !== 'number') return undefined;
      const startBytes = dataStart + extent * extentBytes;
      ranges.push({ startBytes, sizeBytes: numberIn(segment, 'extent_count') * extentBytes });
    }
    return ranges.length === 0 ? undefined : ranges;
  };
  const logicalVolumes = Object.entries(sectionIn(content, 'logical_volumes')).flatMap(([name, volume]) => {
    const isVisible = isSection(volume) && (volume['status'] as readonly Value[] | undefined)?.includes('VISIBLE');
    return isSection(volume) && isVisible === true ? [{ name, ranges: rangesOf(volume) }] : [];
  });
  return { group, volumes: physical.length, logicalVolumes };
}

function isSection(value: Value | Section | undefined): value is Section {
  return typeof value === 'object' && !Array.isArray(value);
}

function sectionIn(section: Section, name: string): Section {
  const found = section[name];
  return isSection(found) ? found : {};
}

function numberIn(section: Section, name: string): number {
  const found = section[name];
  return typeof found === 'number' ? found : 0;
}

/** As metadata writes ids. */
function withHyphens(id: string): string {
  return [0, 6, 10, 14, 18, 22, 26].map((from, index, all) => id.slice(from, all[index + 1] ?? 32)).join('-');
}

/** Where the ranges of a logical volume are in the image. */
export function partOf(part: ImagePart, ranges: readonly ByteRange[]): ImagePart {
  const [whole] = part.ranges;
  const offset = whole?.startBytes ?? 0;
  return {
    file: part.file,
    ranges: ranges.map(({ startBytes, sizeBytes }) => ({ startBytes: offset + startBytes, sizeBytes })),
  };
}
