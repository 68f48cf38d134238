import { useEffect, useState } from 'preact/hooks';

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly type?: 'search' | 'number';
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** Shorter than a pause between two keys of somebody who types on: then the answer to the last key is not waited for. */
const settleMs = 40;

/** A field whose value counts once typing pauses. */
export function Search({ label, value, type = 'search', placeholder, onChange }: SearchProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => {
      onChange(text);
    }, settleMs);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  const field = {
    value: text,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
      setText(currentTarget.value);
    },
  };
  return (
    <label class="field">
      <span>{label}</span>
      {type === 'number' ? (
        <input {...field} type="number" min={0} step="any" />
      ) : (
        <input {...field} type="search" placeholder={placeholder} />
      )}
    </label>
  );
}
