import { InvalidArgumentError } from 'commander';

type Values = Readonly<Record<string, string>>;

/**
 * A partition as the folders of Hive name it, `year=2025,city=Berlin%2C Mitte`: `%2C` is a comma, `%25` a percent sign. Blanks
 * belong to the value.
 */
export function partitionOption(text: string, collected: readonly Values[]): readonly Values[] {
  const parts = text.split(',').map((part) => /^\s*([^=]+)=(.*)$/s.exec(part));
  if (parts.includes(null)) throw new InvalidArgumentError('It must be like year=2025,month=01.');
  return [...collected, Object.fromEntries(parts.map((part) => [part?.[1] ?? '', decoded(part?.[2] ?? '')]))];
}

function decoded(value: string): string {
  return value.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
}
