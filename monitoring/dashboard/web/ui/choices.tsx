import { words } from '../format/index.js';
import { Disclosure } from './disclosure.js';

interface ChoicesProps {
  readonly label: string;
  readonly options: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Any number of a few options, by native checkboxes in a native disclosure. */
export function Choices({ label, options, chosen, onChange }: ChoicesProps) {
  return (
    <Disclosure
      class="choices"
      summary={
        <>
          {label}
          {chosen.length > 0 && (
            <span class="count">
              {chosen.length}
              <span class="hidden"> chosen</span>
            </span>
          )}
        </>
      }
    >
      <fieldset class="popup">
        <legend class="hidden">{label}</legend>
        {options.map((option) => (
          <label key={option}>
            <input
              type="checkbox"
              checked={chosen.includes(option)}
              onChange={({ currentTarget }) => {
                const others = chosen.filter((each) => each !== option);
                onChange(currentTarget.checked ? [...others, option] : others);
              }}
            />
            {words(option)}
          </label>
        ))}
      </fieldset>
    </Disclosure>
  );
}
