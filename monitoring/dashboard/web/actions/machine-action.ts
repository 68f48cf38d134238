/** As `POST /api/actions/machines/<order>` takes it. */
export type MachineSelection =
  { readonly machines: readonly string[] } | { readonly wave: string } | { readonly application: string };

/** The orders for machines of waves, in the order of the buttons. */
export const orders = ['approve', 'test', 'cutover', 'rollback', 'finalize'] as const;
export type MachineOrder = (typeof orders)[number];

export const titles: Readonly<Record<MachineOrder, string>> = {
  approve: 'Approve',
  test: 'Test again',
  cutover: 'Cut over',
  rollback: 'Roll back',
  finalize: 'Finalize',
};

/** The consequences that somebody who orders it should know. */
export const consequences: Readonly<Record<MachineOrder, string>> = {
  approve: 'Gives one of the approvals that a wave needs before its cutovers, in your name.',
  test: 'Launches them in an isolated network once more; their sources run on.',
  cutover: 'Their sources are stopped as soon as the rules of the wave allow it, and they run at the target.',
  rollback: 'They run at their sources again.',
  finalize: 'Removes what a rollback needs: they cannot be rolled back afterwards.',
};

/** Why is kept in the history of each machine. */
export function needsReason(order: MachineOrder): boolean {
  return order === 'rollback' || order === 'finalize';
}
