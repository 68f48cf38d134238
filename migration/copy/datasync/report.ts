/** DataSync's report about single objects. */
export interface TransferReport {
  readonly transferred: ReadonlySet<string>;
  /** By key: why not, in its words. */
  readonly failed: ReadonlyMap<string, string>;
}

interface Entry {
  readonly RelativePath?: string;
  readonly TransferStatus?: string;
  readonly VerifyStatus?: string;
  readonly FailureReason?: string;
  readonly FailureCode?: string;
}

/**
 * Reads the files of a report with level SUCCESSES_AND_ERRORS. What is not a list of objects, such as the summary, tells
 * nothing here. Source: AWS DataSync user guide, 'Example task reports'.
 */
export function readReport(texts: readonly string[]): TransferReport {
  const entries = texts.flatMap((text) => {
    const lists = Object.values(objectIn(text)).filter(Array.isArray);
    return lists.flat() as readonly Entry[];
  });
  const transferred = new Set<string>();
  const failed = new Map<string, string>();
  for (const { RelativePath, TransferStatus, VerifyStatus, FailureReason, FailureCode } of entries) {
    if (RelativePath === undefined) continue;
    const key = RelativePath.replace(/^\//, '');
    if (TransferStatus === 'FAILED' || VerifyStatus === 'FAILED')
      failed.set(key, [FailureCode, FailureReason].filter((text) => text !== undefined).join(': ') || 'it failed');
    else if (TransferStatus === 'SUCCESS') transferred.add(key);
  }
  return { transferred, failed };
}

/** A file that is no JSON tells nothing: what counts is what both ends hold. */
function objectIn(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
