/** What is wrong with a setting of the target; whoever knows the template adds its place. */
export interface SettingProblem {
  readonly code: string;
  /** As `locateSetting` takes it, such as `target.network.cidr`. */
  readonly setting: string;
  readonly message: string;
  readonly fix: string;
}
