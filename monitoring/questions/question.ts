import type { Result } from '../../core/result.js';
import type { State } from '../../state/store/state.js';
import type { Schema } from './schema.js';

/**
 * A question that people, programs and models ask of the store. MCP tools, HTTP routes and commands come from the list
 * of questions: each has one name, one schema of its input, one of its output, and one function.
 */
export interface Question<Input = unknown, Output = unknown> {
  /** In snake case: the name of the MCP tool. */
  readonly name: string;
  readonly title: string;
  /** For whoever chooses among questions, such as a model. */
  readonly description: string;
  readonly input: Schema<Input>;
  readonly output: Schema<Output>;
  /** Takes what `input` accepts, reads only, and gives what JSON can hold. `answer()` checks the input first. */
  ask(state: Pick<State, 'db'>, input: Input): Promise<Result<Output>>;
}
