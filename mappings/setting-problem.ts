/** A problem of a setting of the target; the caller, which knows the template, adds its position. */
export interface SettingProblem {
  readonly code: string;
  /** As `locateSetting` expects it, such as `target.network.cidr`. */
  readonly setting: string;
  readonly message: string;
  readonly fix: string;
}
