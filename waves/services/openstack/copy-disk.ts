import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Cloud } from '../../cloud/cloud.js';
import { downloadImage, findImage, isSame, removeImage, uploadImage } from '../../cloud/images.js';
import type { Image } from '../../cloud/images.js';
import { nameOf } from '../../cloud/names.js';
import { MigrationExecutionError } from '../../machines/index.js';
import type { DiskSource, Pass, SourceDisk, SourceMachine } from '../../sources/disk-source.js';
import type { Work } from '../../sources/long-work.js';
import type { CopiedDisk } from './memory.js';
import type { OpenStackTarget } from './target.js';

export interface DiskCopy {
  readonly target: OpenStackTarget;
  readonly source: DiskSource;
  readonly migrationId: string;
  readonly machine: SourceMachine;
  readonly disk: SourceDisk;
  /** Its place among the machine's disks. */
  readonly index: number;
  readonly pass: Pass;
  /** Whether an image is made of it. */
  readonly withImage: boolean;
  /** Properties of the image, such as `hw_disk_bus`. */
  readonly properties: Readonly<Record<string, string>>;
  /** Raw; kept between the passes. */
  readonly file: string;
  /** Of the pass before. */
  readonly earlier: CopiedDisk | undefined;
}

/** Source → raw file → image of the cloud, each step proven, and each found again after an interruption. */
export function copyDisk(copy: DiskCopy): Work<Readonly<Record<keyof CopiedDisk, string | number | null>>> {
  const { source, machine, disk, pass, file, withImage } = copy;
  return async (signal, report) => {
    const { contentId } = await source.copyDisk(
      {
        machine,
        disk,
        pass,
        file,
        onProgress: (progress) => {
          report({ ...progress, phase: 'copying' });
        },
      },
      { migrationId: copy.migrationId, signal },
    );
    const copied = { id: disk.id, contentId, sizeBytes: disk.sizeBytes };
    if (!withImage) return { ...copied, imageId: null, proof: null };
    const kept = await unchanged(copy, contentId, signal);
    if (kept !== undefined) return { ...copied, ...kept };
    const { image, proof } = await imageOf(copy, contentId, signal, (bytes, phase) => {
      report({ copiedBytes: bytes, totalBytes: disk.sizeBytes, phase });
    });
    return { ...copied, imageId: image.id, proof };
  };
}

/** The image of the pass before, where nothing has changed since. */
async function unchanged(
  { earlier, target }: DiskCopy,
  contentId: string,
  signal: AbortSignal,
): Promise<Pick<CopiedDisk, 'imageId' | 'proof'> | undefined> {
  if (earlier?.contentId !== contentId || earlier.imageId === null) return undefined;
  const image = await findImage(new Cloud(target.cloud, signal, MigrationExecutionError), earlier.imageId);
  return image?.status === 'active' ? { imageId: earlier.imageId, proof: earlier.proof } : undefined;
}

type Report = (bytes: number, phase: string) => void;

async function imageOf(
  copy: DiskCopy,
  contentId: string,
  signal: AbortSignal,
  report: Report,
): Promise<{ readonly image: Image; readonly proof: string }> {
  const { target, migrationId, disk, index, file, properties } = copy;
  const { qemuImg, imageFormat = 'qcow2' } = target;
  const cloud = new Cloud(target.cloud, signal, MigrationExecutionError);
  const raw = { file, format: 'raw' };
  // The name has the content, so that an image is never taken for that of another content.
  const part = `disk-${index}-${contentId.slice(0, 12)}`;
  const upload =
    imageFormat === 'raw' ? raw : { file: `${file}-${contentId.slice(0, 12)}.${imageFormat}`, format: imageFormat };
  if (!existsSync(upload.file)) {
    report(disk.sizeBytes, 'converting');
    await qemuImg.convert(raw, upload, signal);
  }
  report(disk.sizeBytes, 'comparing');
  if (imageFormat !== 'raw' && !(await qemuImg.isEqual(raw, upload, signal))) {
    await rm(upload.file, { force: true });
    return cloud.notYet(`The image that qemu-img made of ${disk.id} is not equal to the disk; it is made again.`);
  }
  const image = await uploadImage(
    cloud,
    { name: nameOf(migrationId, part), migrationId, format: imageFormat, file: upload.file, properties },
    {
      method: target.imageMethod,
      importSeconds: target.importSeconds,
      pollMs: target.pollMs,
      onBytes: (bytes) => {
        report(bytes, 'uploading');
      },
    },
  );
  const proof = await prove(copy, cloud, image, upload);
  if (upload !== raw) await rm(upload.file, { force: true });
  return { image, proof };
}

/** How the image was proven to be the file. One that is not goes, and another attempt is made. */
async function prove(
  { target, file, disk }: DiskCopy,
  cloud: Cloud,
  image: Image,
  upload: { readonly file: string; readonly format: string },
): Promise<string> {
  const hashed = await isSame(image, upload.file, upload.format);
  if (hashed === true) return `${image.os_hash_algo ?? ''} ${image.os_hash_value ?? ''}`;
  if (hashed === undefined) {
    // The cloud stores something else than was sent.
    const format = image.disk_format ?? 'raw';
    const download = `${upload.file}.from-cloud`;
    try {
      await downloadImage(cloud, image, download);
      if (await target.qemuImg.isEqual({ file, format: 'raw' }, { file: download, format }, cloud.signal))
        return `qemu-img compare with the ${format} that the cloud made of it`;
    } finally {
      await rm(download, { force: true });
    }
  }
  await removeImage(cloud, image.id);
  return cloud.notYet(`The image ${image.name} is not equal to the disk ${disk.id}; it was deleted and is made again.`);
}
