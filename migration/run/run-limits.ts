import { defaultLimits } from '../copy/limits.js';
import type { CopyLimits } from '../copy/limits.js';

/** The resources that each worker of a run may use. JSON; may be changed while they work. */
export interface RunLimits extends CopyLimits {
  /** When objects may be copied; `null` for always. */
  readonly hours: Hours | null;
}

/** Of each day, in UTC. `from` may be later than `to`: over midnight. */
export interface Hours {
  /** Minutes since midnight. */
  readonly from: number;
  /** Minutes since midnight; not part of it. */
  readonly to: number;
}

export const defaultRunLimits: RunLimits = { ...defaultLimits, hours: null };

export function isWithin({ from, to }: Hours, time: Date): boolean {
  const minute = time.getUTCHours() * 60 + time.getUTCMinutes();
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** `22:00-06:00`; `undefined` for another text, and for hours that begin when they end. */
export function parseHours(text: string): Hours | undefined {
  const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = parts.map(Number);
  const hours = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
  return parts.length === 0 || hours.from === hours.to ? undefined : hours;
}

export function formatHours({ from, to }: Hours): string {
  const clock = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${clock(from)}-${clock(to)}`;
}
