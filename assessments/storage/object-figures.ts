import { compareText } from '../../core/canonical-json.js';

/** A number of objects and the bytes that they hold. Exact up to 2^53 bytes (9 PB). */
export interface ObjectCount {
  readonly objects: number;
  readonly bytes: number;
}

/** The result of listing one place. */
export interface ObjectFigures extends ObjectCount {
  /** By storage class, such as `STANDARD` or `GLACIER`; sorted. */
  readonly storageClasses: Readonly<Record<string, ObjectCount>>;
  /** When the newest object was written: ISO 8601, UTC; `null` where there is none. */
  readonly lastModified: string | null;
}

/** The properties of an object that are counted. */
export interface CountedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly storageClass: string;
  /** ISO 8601, UTC. */
  readonly lastModified: string;
}

/** Counts objects without keeping them. */
export class ObjectTally {
  private objects = 0;
  private bytes = 0;
  private lastModified: string | null = null;
  private readonly classes = new Map<string, { objects: number; bytes: number }>();

  add({ size, storageClass, lastModified }: CountedObject): void {
    this.objects += 1;
    this.bytes += size;
    const ofClass = this.classes.get(storageClass);
    if (ofClass === undefined) this.classes.set(storageClass, { objects: 1, bytes: size });
    else {
      ofClass.objects += 1;
      ofClass.bytes += size;
    }
    // The texts have one form, so that they sort as the times do.
    if (this.lastModified === null || lastModified > this.lastModified) this.lastModified = lastModified;
  }

  figures(): ObjectFigures {
    return {
      objects: this.objects,
      bytes: this.bytes,
      storageClasses: sortedCounts(this.classes),
      lastModified: this.lastModified,
    };
  }
}

/** The figures of places that have no object in common, together. */
export function sumFigures(all: readonly ObjectFigures[]): ObjectFigures {
  const classes = new Map<string, { objects: number; bytes: number }>();
  for (const [name, { objects, bytes }] of all.flatMap(({ storageClasses }) => Object.entries(storageClasses))) {
    const known = classes.get(name) ?? { objects: 0, bytes: 0 };
    classes.set(name, { objects: known.objects + objects, bytes: known.bytes + bytes });
  }
  const newest = all.flatMap(({ lastModified }) => lastModified ?? []).sort(compareText);
  return {
    objects: all.reduce((sum, { objects }) => sum + objects, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    storageClasses: sortedCounts(classes),
    lastModified: newest.at(-1) ?? null,
  };
}

function sortedCounts(counts: ReadonlyMap<string, ObjectCount>): Readonly<Record<string, ObjectCount>> {
  return Object.fromEntries([...counts].sort(([a], [b]) => compareText(a, b)));
}
