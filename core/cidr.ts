/** An IPv4 network as numbers. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
  /** Addresses in it, the network's and the broadcast address included. */
  readonly size: number;
}

/** Reads `10.20.0.0/24`; host bits are cleared. `undefined` when the text is not a network. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { base: address - (address % size), prefix, size };
}

/** The address `offset` places after the network's own, dotted. */
export function addressAt({ base }: Cidr, offset: number): string {
  const address = base + offset;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
