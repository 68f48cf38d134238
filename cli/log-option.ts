import { Option } from 'commander';

const formats = ['text', 'json'] as const;
export type LogFormat = (typeof formats)[number];

export function logOption(): Option {
  return new Option('--log <format>', 'what standard error gets: text, or one JSON object a line')
    .choices(formats)
    .default('text' satisfies LogFormat);
}
