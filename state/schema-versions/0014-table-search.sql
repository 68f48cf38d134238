-- As in plan_items: names with capital letters are rare. Found at once, they spare a search the lower case of every other
-- name, and the index alone is searched sooner than the texts that told which databases may hold a match.
CREATE INDEX tables_with_capitals ON tables (assessment_id, database_name, table_name)
  WHERE table_name <> lower(table_name) OR database_name <> lower(database_name);
ALTER TABLE databases DROP COLUMN search_text;
