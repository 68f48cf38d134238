import { percent } from '../format/index.js';

/** How much of something is done; without a total, that it is under way. */
export function Bar({
  done,
  total,
  label,
}: {
  readonly done: number;
  readonly total: number | null;
  readonly label: string;
}) {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  return (
    <span class="bar">
      <progress max={1} aria-label={label} {...(share !== null && { value: share })} />
      <span class="number">{share === null ? '' : percent(share)}</span>
    </span>
  );
}
