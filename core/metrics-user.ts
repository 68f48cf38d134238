/** The user of Trino that collects figures, and may do nothing else: no grant is for it. */
export const metricsUser = 'metrics';
