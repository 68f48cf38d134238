import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly type?: 'search' | 'number';
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** Between two keys of a text that is typed or deleted without a pause, such as by a key that is held down. */
const withoutPauseMs = 60;

/** A field whose value counts at once after a pause, and otherwise when the next pause begins. */
export function Search({ label, value, type = 'search', placeholder, onChange }: SearchProps) {
  const [text, setText] = useState(value);
  const lastKeyAt = useRef(-Infinity);
  useLayoutEffect(() => {
    setText(value);
  }, [value]);
  useLayoutEffect(() => {
    if (text === value) return;
    const now = performance.now();
    const isAfterPause = now - lastKeyAt.current > withoutPauseMs;
    lastKeyAt.current = now;
    if (isAfterPause) {
      onChange(text);
      return;
    }
    const timer = setTimeout(() => {
      onChange(text);
    }, withoutPauseMs);
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
