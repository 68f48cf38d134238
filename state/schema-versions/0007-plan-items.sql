-- What a Plan does with each asset, and by which rule. Synths that gave the same Plan share the rows.
CREATE TABLE plan_items (
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  plan_sha256 text COLLATE "C" NOT NULL,
  -- bucket:acme-raw, database:sales or table:sales.orders
  asset_key text COLLATE "C" NOT NULL,
  outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('mapped', 'skipped', 'blocked')),
  -- Where it goes, or why it does not.
  what text NOT NULL,
  -- NULL when no rule matches.
  rule text,
  -- The place of the rule, as file:line.
  rule_at text,
  -- How a table is registered.
  method text,
  -- [{"text": "...", "source": "...", "fix": null}]
  remarks jsonb NOT NULL,
  PRIMARY KEY (assessment_id, plan_sha256, asset_key)
);
CREATE INDEX plan_items_by_outcome ON plan_items (assessment_id, plan_sha256, outcome, asset_key);
