import { LiveLimits } from './limits.js';

/**
 * The same limits with a share of the bandwidth, for each of several that work side by side. Follows the changes until it
 * is told to forget them.
 */
export function shareOf(
  limits: LiveLimits,
  parts: number,
): { readonly share: LiveLimits; readonly forget: () => void } {
  const divided = () => {
    const { bytesPerSecond, ...rest } = limits.current;
    return { ...rest, bytesPerSecond: bytesPerSecond === null ? null : bytesPerSecond / parts };
  };
  const share = new LiveLimits(divided());
  const forget = limits.onChange(() => {
    share.change(divided());
  });
  return { share, forget };
}
