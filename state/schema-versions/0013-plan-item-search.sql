-- Names with capital letters are rare (Glue keeps names in lower case). Found at once, they spare a search the lower case
-- of every other name.
CREATE INDEX plan_items_with_capitals ON plan_items (assessment_id, plan_sha256, asset_key)
  WHERE asset_key <> lower(asset_key);
