const units = {
  years: 31_557_600,
  months: 2_629_800,
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
};
const duration =
  /^P(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:\.\d+)?)S)?)?$/;

/** Seconds of an ISO 8601 duration such as `PT1M30.5S`; years and months have their average length. */
export function secondsOf(text: string): number | undefined {
  const groups = text === 'P' || text.endsWith('T') ? undefined : duration.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return Object.entries(units).reduce((sum, [unit, seconds]) => sum + seconds * Number(groups[unit] ?? 0), 0);
}
