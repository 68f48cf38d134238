/**
 * What a test is repeated for: every combination with `A2O_MATRIX=full`, otherwise those of the contract, which
 * docs/testing.md lists together with what is proven of the others.
 */
export function combinations<T>(contract: readonly T[], others: readonly T[]): readonly T[] {
  return process.env['A2O_MATRIX'] === 'full' ? [...contract, ...others] : contract;
}
