import { words } from '../format/index.js';
import { one } from '../url/address.js';
import type { Navigation } from '../url/use-address.js';

interface SelectProps {
  readonly at: Navigation;
  /** In the address. */
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
  /** What is chosen where the address says nothing; without it, all. */
  readonly usual?: string;
}

/** One of a few, or all. */
export function Select({ at, name, label, options, usual }: SelectProps) {
  const chosen = one(at.query, name) ?? usual ?? '';
  return (
    <label class="field">
      <span>{label}</span>
      <select
        value={chosen}
        onChange={({ currentTarget }) => {
          at.set({ [name]: currentTarget.value, cursor: undefined });
        }}
      >
        {usual === undefined && <option value="">all</option>}
        {options.map((option) => (
          <option key={option} value={option} selected={option === chosen}>
            {words(option)}
          </option>
        ))}
      </select>
    </label>
  );
}
