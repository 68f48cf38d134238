import { avroSchemaRefusal, isAvroSchema } from './avro-schema.js';
import type { Reader } from './known-parameter.js';
import { fateOf, mergedParameters } from './parameters.js';

type Parameters = Readonly<Record<string, string>>;

/** The parameters that the reader of a table's files gets. Spark keeps its options in the SerDe's map only. */
export function parametersRead(
  {
    parameters,
    serde,
  }: { readonly parameters: Parameters; readonly serde: { readonly parameters: Parameters } | null },
  reader: Reader | null,
): Parameters {
  if (reader?.startsWith('spark-') === true) return serde?.parameters ?? {};
  return mergedParameters(parameters, serde?.parameters);
}

/** Why parameters keep Trino from reading the same rows, each a clause; empty when they do not. */
export function parameterRefusals(parameters: Parameters, reader: Reader | null): readonly string[] {
  const refusals = Object.entries(parameters).flatMap(([name, value]) => {
    const fate = fateOf(name, value, reader);
    if (name === 'avro.schema.url' && isAvroSchema(parameters['avro.schema.literal'])) return [];
    return fate?.kind === 'blocked' ? [`its parameter ${name}=${value} ${fate.why}`] : [];
  });
  const avro = reader === 'avro' ? avroSchemaRefusal(parameters['avro.schema.literal']) : null;
  return avro === null ? refusals : [...refusals, avro];
}
