export function licencesOf(files: readonly string[]): string;
export function packagesNamedIn(bundle: string): readonly string[];
