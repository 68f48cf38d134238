const retentionDays = 90;

/** When the record of a machine that ended now may be deleted. */
export function endOf(now: Date): Date {
  return new Date(now.getTime() + retentionDays * 24 * 60 * 60 * 1000);
}
