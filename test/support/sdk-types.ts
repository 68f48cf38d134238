import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..', '..');

/** The fields of interfaces of the Glue SDK, optional ones too, by interface; sorted. */
export function glueSdkFields(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const file = join(root, 'node_modules/@aws-sdk/client-glue/dist-types/index.d.ts');
  const program = ts.createProgram([file], { noEmit: true, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const exported = new Map(
    (module === undefined ? [] : checker.getExportsOfModule(module)).map((symbol) => [symbol.name, symbol]),
  );
  return new Map(
    names.map((name) => {
      const symbol = exported.get(name);
      if (symbol === undefined) throw new Error(`the SDK has no type ${name}`);
      const type = checker.getDeclaredTypeOfSymbol(
        (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol),
      );
      return [
        name,
        type
          .getProperties()
          .map((property) => property.name)
          .sort(),
      ];
    }),
  );
}
