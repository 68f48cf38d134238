/** JSON Schema of `Problems`. */
export const problems = {
  type: 'object',
  description: 'What is wrong, and what to do.',
  required: ['errors'],
  properties: {
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'severity', 'path', 'message', 'fix'],
        properties: {
          code: { type: 'string' },
          severity: { type: 'string', enum: ['error', 'warning'] },
          path: { type: 'string' },
          message: { type: 'string' },
          fix: { type: 'string' },
        },
      },
    },
  },
} as const;
