import { Option } from 'commander';

const formats = ['text', 'json'] as const;
export type LogFormat = (typeof formats)[number];

export function logOption(): Option {
  return new Option('--log <format>', 'format of the log on standard error: text, or one JSON object per line')
    .choices(formats)
    .default('text' satisfies LogFormat);
}
