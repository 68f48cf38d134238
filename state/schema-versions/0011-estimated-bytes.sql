-- The size of a table as it was assessed, until the copy has listed its objects. In the job, because joining 100,000 jobs with
-- their tables for every refresh takes longer than a page may.
ALTER TABLE migration_jobs ADD COLUMN estimated_bytes bigint;
UPDATE migration_jobs SET estimated_bytes = tables.estimated_size_bytes FROM tables WHERE tables.id = table_id;
