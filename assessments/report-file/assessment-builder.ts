import { canonicalJson, compareText } from '../../core/canonical-json.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { fail, ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { AssessedDatabase, AssessedTable, Assessment, Finding } from '../assessment.js';
import { contentSha256 } from './layout.js';
import { againFix, problem, show, violationMessage } from './problems.js';
import { isPart, violationsOf } from './schema.js';
import type { Header, PartName } from './schema.js';
import { summarize } from './summarize.js';

const supportedMajor = 1;
const readVersions = ['1.0', '1.1'] as const;
const newestVersion = '1.2';
/** A damaged file can have a problem in every line; a person reads the first few. */
const maxDiagnostics = 20;

/** Takes the parts of a report one by one, checks each, and returns the Assessment only if all of them are valid. */
export class AssessmentBuilder {
  private readonly diagnostics: Diagnostic[] = [];
  private omitted = 0;
  private head: Header | undefined;
  private readonly findings: Finding[] = [];
  private readonly databases: AssessedDatabase[] = [];
  private readonly tables: AssessedTable[] = [];
  private readonly names = new Map<string, Set<string>>();
  private readonly indexes = { findings: 0, databases: 0, tables: 0 };

  constructor(private readonly file: string) {}

  /** Returns false when nothing else in the file can be judged: another kind of file, or a version unknown to this reader. */
  header(value: unknown, line?: number): boolean {
    const unreadable = unreadableHeader(value, this.file, line);
    if (unreadable !== undefined) {
      this.diagnostics.push(unreadable);
      return false;
    }
    if (isPart('header', value)) this.head = value;
    else this.reportViolations('header', value, '', 'the report', line);
    return true;
  }

  part(name: Exclude<PartName, 'header'>, value: unknown, line?: number): void {
    const pointer = `/${name}/${this.indexes[name]++}`;
    if (name === 'findings' && isPart('findings', value)) this.findings.push(value);
    else if (name === 'databases' && isPart('databases', value)) this.addDatabase(value, pointer, line);
    else if (name === 'tables' && isPart('tables', value)) this.addTable(value, pointer, line);
    else this.reportViolations(name, value, pointer, label(name, value), line);
  }

  finish(): Result<Assessment> {
    if (this.head !== undefined && this.diagnostics.length === 0) this.checkSummary(this.head);
    if (this.head !== undefined && this.diagnostics.length === 0) this.checkContent(this.head);
    if (this.omitted > 0) {
      this.diagnostics.push(
        problem(
          'more-problems',
          this.file,
          `${this.omitted} more problems were found; the first ${maxDiagnostics} are shown.`,
        ),
      );
    }
    if (this.head === undefined || this.diagnostics.length > 0) return fail(this.diagnostics);
    return ok({
      ...this.head,
      // A newer minor version only adds; what it adds is not read.
      schemaVersion: readVersions.find((version) => version === this.head?.schemaVersion) ?? newestVersion,
      findings: this.findings,
      databases: sortUnlessSorted(this.databases, (a, b) => compareText(a.name, b.name)),
      tables: sortUnlessSorted(
        this.tables,
        (a, b) => compareText(a.database, b.database) || compareText(a.name, b.name),
      ),
    });
  }

  private addDatabase(database: AssessedDatabase, path: string, line?: number): void {
    if (this.names.has(database.name)) {
      this.report('duplicate-database', `The database ${show(database.name)} appears twice.`, againFix, path, line);
    } else {
      this.names.set(database.name, new Set());
      this.databases.push(database);
    }
  }

  private addTable(table: AssessedTable, path: string, line?: number): void {
    const siblings = this.names.get(table.database);
    if (siblings === undefined) {
      this.report(
        'unknown-database',
        `The table ${show(table.name)} belongs to the database ${show(table.database)}, which the report does not list.`,
        againFix,
        path,
        line,
      );
    } else if (siblings.has(table.name)) {
      this.report(
        'duplicate-table',
        `The table ${show(table.name)} of the database ${show(table.database)} appears twice.`,
        againFix,
        path,
        line,
      );
    } else {
      siblings.add(table.name);
      this.tables.push(table);
    }
  }

  private checkSummary(head: Header): void {
    const counted = summarize({
      databases: this.databases,
      tables: this.tables,
      findings: this.findings,
      ...(head.filter === undefined ? {} : { filter: head.filter }),
    });
    for (const [key, value] of Object.entries(counted)) {
      const stated = head.summary[key as keyof typeof counted];
      if (canonicalJson(stated) === canonicalJson(value)) continue;
      this.report(
        'summary-mismatch',
        `The summary says ${key} ${canonicalJson(stated)}, but the report has ${canonicalJson(value)}.`,
        againFix,
        `/summary/${key}`,
      );
    }
    const stated = head.partitionFile?.partitions ?? 0;
    if (stated !== counted.partitions) {
      this.report(
        'summary-mismatch',
        `The report says that the partition file has ${stated} partitions, but the tables have ${counted.partitions}.`,
        againFix,
        '/partitionFile/partitions',
      );
    }
  }

  /** In the order of the file: the hash was made of that. */
  private checkContent(head: Header): void {
    if (head.contentSha256 === undefined) return;
    const content = { ...head, findings: this.findings, databases: this.databases, tables: this.tables };
    const found = contentSha256(content);
    if (found === head.contentSha256) return;
    this.report(
      'report-edited',
      `The report was changed after it was written: the SHA-256 of its content is ${found}, but it states ${head.contentSha256}.`,
      `${againFix} Make changes with rules in the mapping; to use the changed report anyway, remove the key "contentSha256" from it.`,
      '/contentSha256',
    );
  }

  private reportViolations(name: PartName, value: unknown, pointer: string, what: string, line?: number): void {
    for (const error of violationsOf(name, value)) {
      // For an `anyOf`, its branches are clearer; one of them is always `null`.
      if (error.keyword === 'anyOf' || (error.keyword === 'type' && error.params['type'] === 'null')) continue;
      const where = error.instancePath === '' ? what : `${error.instancePath.slice(1).replaceAll('/', '.')} of ${what}`;
      this.report(
        'schema-violation',
        violationMessage(where, error),
        `Do not edit reports by hand. ${againFix}`,
        pointer + error.instancePath,
        line,
      );
    }
  }

  private report(code: string, message: string, fix: string, path: string, line?: number): void {
    if (this.diagnostics.length >= maxDiagnostics) this.omitted += 1;
    else this.diagnostics.push(problem(code, this.file, message, fix, line === undefined ? { path } : { path, line }));
  }
}

function unreadableHeader(value: unknown, file: string, line?: number): Diagnostic | undefined {
  const place = line === undefined ? {} : { line };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return problem(
      'wrong-kind',
      file,
      `The file contains ${show(value)}; an assessment is an object.`,
      'Name the file glue-catalog-assessment.json that `aws2openstack assess glue-catalog` wrote.',
      place,
    );
  }
  const { kind, schemaVersion } = value as Record<string, unknown>;
  if (kind !== 'GlueCatalogAssessment') {
    return problem(
      'wrong-kind',
      file,
      `The file's kind is ${show(kind)}; allowed is "GlueCatalogAssessment".`,
      'Name the file glue-catalog-assessment.json that `aws2openstack assess glue-catalog` wrote.',
      { ...place, path: '/kind' },
    );
  }
  const major = typeof schemaVersion === 'string' ? /^(\d{1,9})\.\d{1,9}$/.exec(schemaVersion)?.[1] : undefined;
  if (major === undefined) {
    return problem('schema-violation', file, `schemaVersion is ${show(schemaVersion)}; allowed is "1.0".`, againFix, {
      ...place,
      path: '/schemaVersion',
    });
  }
  if (Number(major) > supportedMajor) {
    return problem(
      'newer-schema',
      file,
      `The report has schema version ${show(schemaVersion)}; this aws2openstack reads version ${supportedMajor}.`,
      'Update aws2openstack to the version that wrote the report, or newer (`git pull && npm ci`).',
      { ...place, path: '/schemaVersion' },
    );
  }
  if (Number(major) < supportedMajor) {
    return problem(
      'older-schema',
      file,
      `The report has schema version ${show(schemaVersion)}; this aws2openstack reads version ${supportedMajor}.`,
      'Run `aws2openstack assess glue-catalog` again.',
      { ...place, path: '/schemaVersion' },
    );
  }
  return undefined;
}

function label(name: PartName, value: unknown): string {
  const { database, name: own } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (name === 'tables')
    return `the table ${[database, own].map((part) => (typeof part === 'string' ? part : '?')).join('.')}`;
  if (name === 'databases') return `the database ${typeof own === 'string' ? own : '?'}`;
  return 'a finding';
}

function sortUnlessSorted<T>(items: T[], compare: (a: T, b: T) => number): T[] {
  const sorted = items.every((item, index) => {
    const previous = items[index - 1];
    return previous === undefined || compare(previous, item) <= 0;
  });
  return sorted ? items : items.sort(compare);
}
