import { getLatestAssessment } from './assessment/get-latest-assessment.js';
import { listTables } from './assessment/list-tables.js';
import type { Question } from './question.js';

export { answer } from './answer.js';
export type { Question } from './question.js';

/** Everything that can be asked of the store. */
export const questions: readonly Question[] = [getLatestAssessment, listTables];

export function findQuestion(name: string): Question | undefined {
  return questions.find((question) => question.name === name);
}
