import type { CloudClient } from '../../clients/openstack/index.js';
import { Cloud, query } from '../cloud/cloud.js';
import { PrerequisiteError, TransientError } from '../machines/errors.js';
import type { DnsService } from './dns-service.js';
import { canonicalName, shownKey } from './records.js';
import type { RecordContent, RecordKey } from './records.js';

interface Zone {
  readonly id: string;
  readonly name: string;
}

interface RecordSet {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly ttl: number | null;
  readonly records: readonly string[];
  readonly description: string | null;
  /** `ACTIVE`, `PENDING` or `ERROR`. */
  readonly status: string;
}

/** Zones of the project in OpenStack DNS. Source: DNS API v2 reference, 'Zones' and 'Recordsets'. */
export function designate(client: CloudClient): DnsService {
  const zoneIds = new Map<string, string>();

  const cloudOf = (signal: AbortSignal): Cloud => new Cloud(client, signal, PrerequisiteError);
  /** Catalogs have the endpoint with the version, or without it. */
  const path = async (cloud: Cloud, below: string): Promise<string> => {
    const access = cloud.value(await client.access(), `${client.name} does not sign in`);
    return `${access.endpoint('dns')?.endsWith('/v2') === true ? '' : '/v2'}${below}`;
  };
  const findZone = async (cloud: Cloud, zone: string): Promise<string | undefined> => {
    const known = zoneIds.get(zone);
    if (known !== undefined) return known;
    const { zones } = await cloud.get<{ readonly zones: readonly Zone[] }>(
      'dns',
      await path(cloud, `/zones?${query({ name: `${zone}.` })}`),
      'Designate does not list zones',
    );
    const id = zones.find(({ name }) => canonicalName(name) === zone)?.id;
    if (id !== undefined) zoneIds.set(zone, id);
    return id;
  };
  const inZone = async (cloud: Cloud, { zone }: RecordKey): Promise<string> => {
    const id = (await findZone(cloud, zone)) ?? cloud.refuse(noZone(client.name, zone));
    return await path(cloud, `/zones/${id}/recordsets`);
  };
  const find = async (cloud: Cloud, key: RecordKey): Promise<RecordSet | undefined> => {
    const { recordsets } = await cloud.get<{ readonly recordsets: readonly RecordSet[] }>(
      'dns',
      `${await inZone(cloud, key)}?${query({ name: `${key.name}.`, type: key.type })}`,
      `Designate does not show ${shownKey(key)}`,
    );
    return recordsets.find(({ name, type }) => canonicalName(name) === key.name && type === key.type);
  };

  return {
    name: 'designate',
    zoneProblem: async (zone, signal) =>
      (await findZone(cloudOf(signal), zone)) === undefined ? noZone(client.name, zone) : null,
    read: async (key, signal) => {
      const found = await find(cloudOf(signal), key);
      return found === undefined ? null : contentOf(found);
    },
    write: async (key, content, signal) => {
      const cloud = cloudOf(signal);
      const folder = await inZone(cloud, key);
      const found = await find(cloud, key);
      if (content === null && found === undefined) return '';
      if (content === null) {
        const what = `Designate does not remove ${shownKey(key)}`;
        if ((await cloud.remove('dns', `${folder}/${found?.id ?? ''}`, what)) === 'kept') cloud.refuse(`${what}.`);
      }
      const id = content === null ? (found?.id ?? '') : await put(cloud, { folder, key, found, content });
      return `${folder}/${id}`;
    },
    progress: async (ticket, signal) => {
      if (ticket === '') return 'active';
      const what = 'Designate does not show a record set';
      const found = await cloudOf(signal).find<RecordSet>('dns', ticket, what);
      if (found?.status === 'ERROR')
        throw new PrerequisiteError(
          `Designate could not publish ${found.type} ${canonicalName(found.name)} (status ERROR): see its logs, or ask the cloud's operators.`,
        );
      return found === undefined || found.status === 'ACTIVE' ? 'active' : 'pending';
    },
  };
}

interface Put {
  readonly folder: string;
  readonly key: RecordKey;
  readonly found: RecordSet | undefined;
  readonly content: RecordContent;
}

async function put(cloud: Cloud, { folder, key, found, content }: Put): Promise<string> {
  const { ttl, values, note } = content;
  const json = { ttl, records: values, ...(note !== undefined && { description: note }) };
  const what = `Designate does not change ${shownKey(key)}`;
  if (found !== undefined) {
    const reply = await cloud.send({ method: 'PUT', service: 'dns', path: `${folder}/${found.id}`, json });
    return cloud.json<RecordSet>(reply, what).id;
  }
  const reply = await cloud.send({
    method: 'POST',
    service: 'dns',
    path: folder,
    json: { ...json, name: `${key.name}.`, type: key.type },
  });
  if (!reply.ok && reply.error.status === 409)
    throw new TransientError(`${what}: another attempt has made it meanwhile.`);
  return cloud.json<RecordSet>(reply, what).id;
}

function contentOf({ ttl, records, description }: RecordSet): RecordContent {
  return { ttl, values: records, note: description };
}

function noZone(cloud: string, zone: string): string {
  return `${cloud} has no zone ${zone} that this project sees (openstack zone list): correct 'dns' of the machine, or let the zone be shared with the project.`;
}
