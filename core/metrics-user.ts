/** The Trino user that collects metrics and may do nothing else; no grant may name it. */
export const metricsUser = 'metrics';
