/** Whether a job moves data: a validation only reads, and has no bytes or rows that it copied. */
export function copies({ job_type }: { readonly job_type: string }): boolean {
  return job_type !== 'VALIDATE';
}
