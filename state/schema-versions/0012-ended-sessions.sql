-- Sessions of the dashboard that were ended before their time. Each session is a signed cookie; this is what it cannot know.
CREATE TABLE ended_sessions (
  -- SHA-256, in hexadecimal, of 'session ' and a session's id, or of 'person ' and who signed in: then of all sessions that had
  -- begun by then.
  subject_sha256 text COLLATE "C" NOT NULL,
  ended_at timestamptz NOT NULL,
  -- When the last of these sessions would have ended by itself; the row may be deleted then.
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (subject_sha256, ended_at)
);
