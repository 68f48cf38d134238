-- When the target takes over. An assessment has one that is under way or complete; those that were taken back are kept.
CREATE TABLE cutovers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  assessment_id uuid NOT NULL REFERENCES assessments ON DELETE CASCADE,
  -- Names of its steps, in order (migration/cutover).
  steps text[] NOT NULL,
  status text COLLATE "C" NOT NULL DEFAULT 'OPEN'
    CHECK (status IN ('OPEN', 'FAILED', 'GOING_BACK', 'COMPLETED', 'UNDONE')),
  -- Raised by each process that takes the cutover; a process with an older one can write nothing.
  fence bigint NOT NULL DEFAULT 0,
  -- Names the process that has it; others must wait until its lease has expired.
  holder text,
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX cutovers_in_force ON cutovers (assessment_id) WHERE status <> 'UNDONE';
CREATE INDEX cutovers_by_assessment ON cutovers (assessment_id, created_at DESC);

-- What happened to its steps. Only added to: what a step is now follows from them.
CREATE TABLE cutover_events (
  cutover_id uuid NOT NULL REFERENCES cutovers ON DELETE CASCADE,
  -- From 0.
  number integer NOT NULL,
  step text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL CHECK (event IN (
    'approved', 'started', 'done', 'failed', 'nothing-written', 'undo-started', 'undone', 'undo-failed')),
  -- Who approved, or answers for it.
  actor text,
  -- The end of what the step printed; credentials are masked.
  output text,
  -- Its evidence, or why it failed; the shape is the step's.
  details jsonb,
  happened_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cutover_id, number)
);
