-- database:sales
CREATE SCHEMA IF NOT EXISTS "hive"."sales" WITH (location = 's3://raw-target/sales');

-- schema:hive.logs
CREATE SCHEMA IF NOT EXISTS "hive"."logs";

-- schema:hive.shared
CREATE SCHEMA IF NOT EXISTS "hive"."shared";

-- table:logs.access
-- remark: CSV holds text only: 'access__a2o_raw' is the text, 'access' a view that gives it its types (NULL where a cast fails) (SerDe OpenCSVSerde)
-- remark: 'raw' stays text, since no cast reads its type from CSV (StorageDescriptor.Columns)
CREATE TABLE IF NOT EXISTS "hive"."logs"."access__a2o_raw" (
  "at" VARCHAR,
  "day" VARCHAR,
  "status" VARCHAR,
  "path" VARCHAR COMMENT 'the client''s path',
  "raw" VARCHAR,
  "dt" DATE
)
WITH (
  csv_escape = '\',
  csv_quote = '''',
  csv_separator = ';',
  external_location = 's3://raw/logs/access',
  format = 'CSV',
  partitioned_by = ARRAY['dt'],
  skip_header_line_count = 1
);
CALL "hive".system.sync_partition_metadata(schema_name => 'logs', table_name => 'access__a2o_raw', mode => 'ADD', case_sensitive => false);
CREATE OR REPLACE VIEW "hive"."logs"."access" SECURITY DEFINER AS
SELECT
  COALESCE(TRY_CAST("at" AS TIMESTAMP(6)), TIMESTAMP '1970-01-01 00:00:00.000000' + IF(length("at") <= 14, TRY_CAST("at" AS BIGINT)) * INTERVAL '0.001' SECOND) AS "at",
  COALESCE(TRY_CAST("day" AS DATE), date_add('day', TRY_CAST("day" AS INTEGER), DATE '1970-01-01')) AS "day",
  TRY_CAST("status" AS INTEGER) AS "status",
  "path",
  "raw",
  "dt"
FROM "hive"."logs"."access__a2o_raw";
COMMENT ON COLUMN "hive"."logs"."access"."path" IS 'the client''s path';

-- table:logs.alb
CREATE TABLE IF NOT EXISTS "hive"."logs"."alb" (
  "type" VARCHAR,
  "request" VARCHAR,
  "rest" VARCHAR
)
WITH (
  external_location = 's3://raw/logs/alb',
  format = 'REGEX',
  regex = '([^ ]*) "([^"]*)" (.*)'
);

-- table:logs.events
-- remark: partitions are projected, not listed (parameter projection.enabled)
-- remark: Trino drops the blanks around the values of 'eu-central-1, us-east-1', which Athena takes for a part of them, and empty values (parameter projection.region.values)
CREATE TABLE IF NOT EXISTS "hive"."logs"."events" (
  "detail" ROW("kind" VARCHAR, "tags" ARRAY(MAP(VARCHAR, DOUBLE))),
  "region" VARCHAR WITH (partition_projection_type = 'ENUM', partition_projection_values = ARRAY['eu-central-1', 'us-east-1']),
  "dt" VARCHAR WITH (partition_projection_format = 'yyyy/MM/dd', partition_projection_interval = 1, partition_projection_interval_unit = 'DAYS', partition_projection_range = ARRAY['2024/01/01', 'NOW'], partition_projection_type = 'DATE'),
  "shard" INTEGER WITH (partition_projection_digits = 2, partition_projection_range = ARRAY['0', '9'], partition_projection_type = 'INTEGER')
)
WITH (
  external_location = 's3://raw/logs/events',
  extra_properties = MAP(ARRAY['ignore.malformed.json'], ARRAY['true']),
  format = 'OPENX_JSON',
  partition_projection_enabled = true,
  partition_projection_location_template = 's3://raw-target/logs/events/${region}/${dt}/${shard}',
  partitioned_by = ARRAY['region', 'dt', 'shard']
);

-- table:logs.hive_json
CREATE TABLE IF NOT EXISTS "hive"."logs"."hive_json" (
  "id" BIGINT,
  "amount" DECIMAL(12, 2),
  "at" TIMESTAMP(6)
)
WITH (
  external_location = 's3://raw/logs/hive_json',
  format = 'JSON'
);

-- table:logs.tabs
CREATE TABLE IF NOT EXISTS "hive"."logs"."tabs" (
  "id" TINYINT,
  "code" CHAR(3)
)
WITH (
  external_location = 's3://raw/logs/tabs',
  format = 'TEXTFILE',
  null_format = '\N',
  textfile_field_separator = U&'\0009',
  textfile_field_separator_escape = '\'
);

-- table:sales.avro
CREATE TABLE IF NOT EXISTS "hive"."sales"."avro" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  external_location = 's3://raw/sales/avro',
  format = 'AVRO'
);

-- table:sales.buckets
-- remark: bucketing is declared, not verified (StorageDescriptor.BucketColumns)
CREATE TABLE IF NOT EXISTS "hive"."sales"."buckets" (
  "id" BIGINT,
  "note" VARCHAR
)
WITH (
  bucket_count = 8,
  bucketed_by = ARRAY['id'],
  external_location = 's3://raw/sales/buckets',
  format = 'ORC'
);

-- table:sales.orders
CREATE TABLE IF NOT EXISTS "hive"."sales"."orders" (
  "id" BIGINT,
  "note" VARCHAR,
  "year" INTEGER,
  "month" INTEGER
)
COMMENT 'orders of the day; ''raw'''
WITH (
  external_location = 's3://raw/sales/orders',
  format = 'PARQUET',
  partitioned_by = ARRAY['year', 'month']
);
CALL "hive".system.sync_partition_metadata(schema_name => 'sales', table_name => 'orders', mode => 'ADD', case_sensitive => false);

-- table:sales.scattered
-- remark: 4 partitions lie where Trino does not look for them: all are registered from the partition file (partitions' StorageDescriptor.Location)
-- remark: 2 partitions have columns of their own; Trino reads them with those of the table, and what the files lack is NULL (partitions' StorageDescriptor)
CREATE TABLE IF NOT EXISTS "hive"."sales"."scattered" (
  "id" BIGINT,
  "note" VARCHAR,
  "dt" VARCHAR
)
WITH (
  external_location = 's3://raw/sales/scattered',
  format = 'PARQUET',
  partitioned_by = ARRAY['dt']
);

-- table:sales.b_base
CREATE OR REPLACE VIEW "hive"."sales"."b_base" SECURITY INVOKER AS
SELECT id, note FROM "hive"."sales"."orders";

-- table:shared.orders
CREATE OR REPLACE VIEW "hive"."shared"."orders" SECURITY INVOKER AS
SELECT * FROM "hive"."sales"."orders";

-- table:sales.a_report
CREATE OR REPLACE VIEW "hive"."sales"."a_report" SECURITY INVOKER AS
SELECT * FROM "hive"."sales"."b_base" WHERE id > 1;

-- schema:iceberg.sales
CREATE SCHEMA IF NOT EXISTS "iceberg"."sales";

-- table:sales.big
CREATE SCHEMA IF NOT EXISTS "hive"."a2o_staging_sales_b90df3834604";
CREATE TABLE IF NOT EXISTS "hive"."a2o_staging_sales_b90df3834604"."big" (
  "id" BIGINT,
  "small" SMALLINT,
  "parts" ARRAY(ROW("n" TINYINT, "c" CHAR(2))),
  "year" INTEGER
)
WITH (
  external_location = 's3://raw/sales/big',
  format = 'PARQUET',
  partitioned_by = ARRAY['year']
);
CALL "hive".system.sync_partition_metadata(schema_name => 'a2o_staging_sales_b90df3834604', table_name => 'big', mode => 'ADD', case_sensitive => false);
CREATE TABLE IF NOT EXISTS "iceberg"."sales"."big" (
  "id" BIGINT,
  "small" INTEGER,
  "parts" ARRAY(ROW("n" INTEGER, "c" VARCHAR)),
  "year" INTEGER
)
WITH (
  format = 'PARQUET',
  partitioning = ARRAY['"year"']
);
INSERT INTO "iceberg"."sales"."big" ("id", "small", "parts", "year")
SELECT "id", "small", "parts", "year"
FROM "hive"."a2o_staging_sales_b90df3834604"."big";

-- table:sales.customers
CALL "iceberg".system.register_table(schema_name => 'sales', table_name => 'customers', table_location => 's3://raw/sales/customers', metadata_file_name => '00003-ab.metadata.json');
