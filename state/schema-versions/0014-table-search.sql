-- As in plan_items: names with capital letters are rare. Found at once, they spare a search the lower case of every other
-- name.
CREATE INDEX tables_with_capitals ON tables (assessment_id, database_name, table_name)
  WHERE table_name <> lower(table_name) OR database_name <> lower(database_name);
