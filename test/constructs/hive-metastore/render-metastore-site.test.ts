import { expect, test } from '@jest/globals';
import { renderHadoopXml } from '../../../constructs/common/render.js';
import { renderMetastoreSite } from '../../../constructs/hive-metastore/render-metastore-site.js';

test('metastore-site.xml names the database and takes its password from the environment', () => {
  const xml = renderMetastoreSite({
    database: {
      host: 'database',
      port: 5432,
      database: 'metastore',
      user: 'metastore',
      password: { type: 'generated', name: 'lake-postgresql-metastore', ref: 'unused' },
    },
    objectStore: { endpoint: 'http://rgw.example', region: 'r1', credentialsSecret: 's' },
    warehouseBucket: 'warehouse',
    port: 9083,
    version: '3.1.3',
  });
  expect(xml).toContain(
    '<name>javax.jdo.option.ConnectionURL</name><value>jdbc:postgresql://database:5432/metastore?sslmode=verify-full&amp;sslrootcert=/etc/authority/ca.pem</value>',
  );
  expect(xml).toContain('<name>javax.jdo.option.ConnectionPassword</name><value>${env.METASTORE_DB_PASSWORD}</value>');
  expect(xml).toContain('<name>fs.s3.impl</name><value>org.apache.hadoop.fs.s3a.S3AFileSystem</value>');
  expect(xml).toContain('<name>fs.s3a.connection.ssl.enabled</name><value>false</value>');
  // Ceph refuses empty objects that are signed in chunks, as they are without TLS.
  expect(xml).toContain('<name>fs.s3a.signing-algorithm</name><value>S3SignerType</value>');
});

test('XML is escaped and sorted', () => {
  expect(renderHadoopXml({ b: '<&>', a: 1, c: undefined })).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<configuration>\n' +
      '  <property><name>a</name><value>1</value></property>\n' +
      '  <property><name>b</name><value>&lt;&amp;&gt;</value></property>\n</configuration>\n',
  );
});
