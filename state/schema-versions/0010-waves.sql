-- Machines that are moved in waves. One row has what the machine's steps remember and where its execution is, so that one
-- fence guards both.
CREATE TABLE wave_machines (
  migration_id text COLLATE "C" PRIMARY KEY,
  correlation_id text COLLATE "C" NOT NULL,
  app_name text COLLATE "C" NOT NULL,
  wave text COLLATE "C" NOT NULL,
  target_vm_name text COLLATE "C" NOT NULL,
  -- As it was submitted (waves/payload/payload.schema.json); never changed.
  payload jsonb NOT NULL,
  status text COLLATE "C" NOT NULL DEFAULT 'PENDING' CHECK (status IN (
    'PENDING', 'VALIDATING', 'PREPARING', 'REPLICATING', 'TESTING', 'READY', 'CUTTING_OVER', 'CUT_OVER', 'FINALIZING',
    'FINALIZED', 'ROLLING_BACK', 'ROLLED_BACK', 'ROLLBACK_FAILED', 'REJECTED', 'NEEDS_ATTENTION')),
  status_since timestamptz NOT NULL,
  -- What the migration service remembers, such as ids of what it made.
  memory jsonb NOT NULL DEFAULT '{}',
  -- Answers of steps that are done, by state.
  outcomes jsonb NOT NULL DEFAULT '{}',
  -- Why the last step that failed did: {name, message}.
  error jsonb,
  -- Raised by each process that takes the machine; a process with an older one can write nothing.
  fence bigint NOT NULL DEFAULT 0,
  -- Numbers of its last event and its last order.
  events integer NOT NULL DEFAULT 0,
  orders integer NOT NULL DEFAULT 0,
  -- Where its execution is (waves/state-machine/machine-move.ts), with what the interpreter needs to go on.
  state text COLLATE "C" NOT NULL,
  position jsonb NOT NULL,
  -- When it goes on; NULL at its end.
  due_at timestamptz,
  -- Names the process that has it; others must wait until its lease has expired.
  holder text,
  lease_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- When the row may be deleted; set at its end.
  expires_at timestamptz
);
CREATE INDEX wave_machines_by_wave ON wave_machines (wave, migration_id);
CREATE INDEX wave_machines_by_status ON wave_machines (status, migration_id);
CREATE INDEX wave_machines_by_app ON wave_machines (app_name, status, migration_id);
CREATE INDEX wave_machines_due ON wave_machines (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX wave_machines_expiring ON wave_machines (expires_at) WHERE expires_at IS NOT NULL;

-- What happened to a machine. Only added to.
CREATE TABLE wave_events (
  migration_id text COLLATE "C" NOT NULL REFERENCES wave_machines ON DELETE CASCADE,
  -- From 1.
  number integer NOT NULL,
  at timestamptz NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN (
    'created', 'entered', 'ordered', 'intended', 'done', 'failed', 'status', 'notified', 'notification-failed',
    'restored', 'not-restored')),
  -- Of the state machine; empty outside of its execution.
  state text COLLATE "C" NOT NULL,
  -- Credentials are masked.
  message text NOT NULL,
  details jsonb,
  PRIMARY KEY (migration_id, number)
);

-- What people decided.
CREATE TABLE wave_orders (
  migration_id text COLLATE "C" NOT NULL REFERENCES wave_machines ON DELETE CASCADE,
  -- From 1.
  number integer NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('test', 'approve', 'cutover', 'rollback', 'finalize')),
  -- Who answers for it.
  actor text NOT NULL,
  reason text,
  -- Which one is approved.
  gate text COLLATE "C",
  at timestamptz NOT NULL,
  PRIMARY KEY (migration_id, number)
);

-- Who has one of the places of a pool, such as wave-3/cutovers.
CREATE TABLE wave_places (
  pool text COLLATE "C" NOT NULL,
  migration_id text COLLATE "C" NOT NULL REFERENCES wave_machines ON DELETE CASCADE,
  PRIMARY KEY (pool, migration_id)
);
CREATE INDEX wave_places_by_machine ON wave_places (migration_id);

-- Messages that no worker has taken in yet; each is a payload as text.
CREATE TABLE wave_messages (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  body text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX wave_messages_by_time ON wave_messages (received_at);

-- Messages that no attempt could make good, with what is wrong with them.
CREATE TABLE wave_dead_letters (
  id uuid PRIMARY KEY,
  body text NOT NULL,
  -- That the message names; NULL where it names none.
  wave text COLLATE "C",
  problems jsonb NOT NULL,
  received_at timestamptz NOT NULL,
  refused_at timestamptz NOT NULL DEFAULT now()
);

-- Wave files as they were submitted last.
CREATE TABLE waves (
  name text COLLATE "C" PRIMARY KEY,
  document jsonb NOT NULL,
  machines integer NOT NULL,
  submitted_by text NOT NULL,
  submitted_at timestamptz NOT NULL DEFAULT now()
);
