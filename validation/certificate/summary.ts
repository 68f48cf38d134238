import type { Method, TableResult, TableStatus } from './certificate-input.js';
import { ChainRoot } from './chain.js';
import type { TableChain } from './chain.js';
import { addTable, noTotals, verdictOf } from './totals.js';
import type { Totals } from './totals.js';

/** Tables that the paper shows; `tables.ndjson` has all of them. A paper of more than some thousand rows is not read. */
const mostExceptional = 500;
const mostCertified = 40;

/** A finding, and the first table that has it. */
interface FindingTotal {
  tables: number;
  readonly database: string;
  readonly table: string;
  readonly message: string;
}

/** A certificate's summary of all tables, added up one by one. */
export class CertificateSummary {
  readonly totals = noTotals();
  /** Tables to look at: not certified, with exceptions, warnings or drift; the first of them. */
  readonly exceptional: TableResult[] = [];
  exceptionalCount = 0;
  /** The first of the others. */
  readonly identical: TableResult[] = [];
  /** The remarks of checks, by the code of the finding. */
  readonly findings = new Map<string, FindingTotal>();
  private readonly byDatabase = new Map<string, Totals>();
  private readonly root = new ChainRoot();

  constructor(private readonly method: Method) {}

  add(table: TableResult, chain: TableChain): void {
    const ofDatabase = this.byDatabase.get(table.database) ?? noTotals();
    this.byDatabase.set(table.database, ofDatabase);
    for (const totals of [this.totals, ofDatabase]) addTable(totals, table);
    this.root.add(chain);
    this.addFindings(table);
    if (isIdentical(table)) {
      if (this.identical.length < mostCertified) this.identical.push(table);
      return;
    }
    this.exceptionalCount += 1;
    if (this.exceptional.length < mostExceptional) this.exceptional.push(table);
  }

  private addFindings({ database, table, checks }: TableResult): void {
    const found = new Map(checks.flatMap(({ findings }) => findings).map((finding) => [finding.code, finding]));
    for (const [code, { message }] of found) {
      const known = this.findings.get(code);
      if (known === undefined) this.findings.set(code, { tables: 1, database, table, message });
      else known.tables += 1;
    }
  }

  verdict(): TableStatus {
    return verdictOf(this.totals, this.method);
  }

  chainRoot(): string {
    return this.root.digest();
  }

  /** In the order in which they came. */
  databases(): readonly ({ readonly database: string } & Totals)[] {
    return [...this.byDatabase].map(([database, totals]) => ({ database, ...totals }));
  }
}

function isIdentical({ status, checks, drift }: TableResult): boolean {
  return status === 'certified' && drift.length === 0 && checks.every(({ status: of }) => of === 'passed');
}
