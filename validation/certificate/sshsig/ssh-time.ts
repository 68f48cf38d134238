/** `YYYYMMDD[HHMM[SS]][Z]`, without the Z in this machine's zone. `null` if not given, `undefined` if it is not a time. */
export function sshTime(text: string | undefined): Date | null | undefined {
  if (text === undefined) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone = ''] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
