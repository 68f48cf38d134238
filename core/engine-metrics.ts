/** A service of AWS that moves or changes data, and tells CloudWatch how far it is. */
export type MeasuredEngine = 'DMS' | 'DATASYNC' | 'GLUE';

export interface EngineMetric {
  readonly engine: MeasuredEngine;
  /** As CloudWatch names it. */
  readonly name: string;
  readonly unit: 'bytes' | 'count' | 'rows/s' | 'seconds';
  readonly meaning: string;
}

/**
 * The metrics that are read of each service. Source: AWS DMS user guide, 'Monitoring AWS DMS tasks'; AWS DataSync user
 * guide, 'Monitoring with Amazon CloudWatch metrics'; AWS Glue user guide, 'Monitoring AWS Glue using Amazon CloudWatch
 * metrics'.
 */
export const engineMetrics: readonly EngineMetric[] = [
  { engine: 'DMS', name: 'CDCLatencySource', unit: 'seconds', meaning: 'how far reading is behind the source' },
  { engine: 'DMS', name: 'CDCLatencyTarget', unit: 'seconds', meaning: 'how far writing is behind the source' },
  { engine: 'DMS', name: 'CDCIncomingChanges', unit: 'count', meaning: 'changes that wait to be applied' },
  { engine: 'DMS', name: 'CDCThroughputRowsTarget', unit: 'rows/s', meaning: 'changes applied' },
  { engine: 'DMS', name: 'FullLoadThroughputRowsTarget', unit: 'rows/s', meaning: 'rows of the full load written' },
  { engine: 'DATASYNC', name: 'BytesTransferred', unit: 'bytes', meaning: 'sent over the network' },
  { engine: 'DATASYNC', name: 'BytesWritten', unit: 'bytes', meaning: 'written to the target' },
  { engine: 'DATASYNC', name: 'FilesTransferred', unit: 'count', meaning: 'objects sent' },
  { engine: 'GLUE', name: 'glue.driver.aggregate.bytesRead', unit: 'bytes', meaning: 'read by all executors' },
  { engine: 'GLUE', name: 'glue.driver.aggregate.recordsRead', unit: 'count', meaning: 'records read' },
  { engine: 'GLUE', name: 'glue.driver.aggregate.numCompletedTasks', unit: 'count', meaning: 'Spark tasks done' },
  { engine: 'GLUE', name: 'glue.driver.aggregate.numFailedTasks', unit: 'count', meaning: 'Spark tasks that failed' },
];
