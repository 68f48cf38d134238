import type { ComponentChildren } from 'preact';
import { printable } from '../../../../core/diagnostic.js';
import { many, one } from '../url/address.js';
import { isFiltered, withoutFilters } from '../url/filters.js';
import type { Navigation } from '../url/use-address.js';
import { Choices } from './choices.js';
import { Search } from './search.js';

interface FiltersProps {
  readonly at: Navigation;
  /** In the address, of all that `Clear` removes. */
  readonly names: readonly string[];
  readonly children: ComponentChildren;
  /** What stands at the end of the line. */
  readonly end?: ComponentChildren;
}

/** What a list is filtered by, which its address says. */
export function Filters({ at, names, children, end }: FiltersProps) {
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {children}
      {isFiltered(at.query, names) && (
        <button
          type="button"
          class="plain"
          onClick={() => {
            at.set(withoutFilters(names));
          }}
        >
          Clear
        </button>
      )}
      {end}
    </form>
  );
}

interface FilterProps {
  readonly at: Navigation;
  /** In the address. */
  readonly name: string;
  readonly label: string;
}

/** By text that is typed, or a number. */
export function SearchFilter({
  at,
  name,
  label,
  ...more
}: FilterProps & { readonly type?: 'search' | 'number'; readonly placeholder?: string }) {
  return (
    <Search
      {...more}
      label={label}
      value={one(at.query, name) ?? ''}
      onChange={(value) => {
        at.set({ [name]: value, cursor: undefined }, { replace: true });
      }}
    />
  );
}

/** By any number of a few options. */
export function ChoicesFilter({ at, name, label, options }: FilterProps & { readonly options: readonly string[] }) {
  return (
    <Choices
      label={label}
      options={options}
      chosen={many(at.query, name)}
      onChange={(chosen) => {
        at.set({ [name]: chosen, cursor: undefined });
      }}
    />
  );
}

/** By what a link of another view has named; it can only be removed. */
export function ChipFilter({ at, name, label }: FilterProps) {
  const value = one(at.query, name);
  if (value === undefined) return null;
  return (
    <button
      type="button"
      class="chip"
      onClick={() => {
        at.set({ [name]: undefined, cursor: undefined });
      }}
    >
      {label} {printable(value)} <span aria-hidden="true">×</span>
      <span class="hidden">(remove)</span>
    </button>
  );
}
