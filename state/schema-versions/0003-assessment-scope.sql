-- What an assessment covers: NULL means the account's default catalog, and all of its databases.
ALTER TABLE assessments
  ADD COLUMN catalog_id text COLLATE "C",
  -- The value of --databases: globs, separated by commas.
  ADD COLUMN database_filter text COLLATE "C";
