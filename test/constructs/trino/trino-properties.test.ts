import { expect, test } from '@jest/globals';
import { withNamesOf } from '../../../constructs/trino/trino-properties.js';

const file = 'etc/catalog/lake.properties';

test('a property has the name that the version knows', () => {
  const catalog = { [file]: 'connector.name=hive\nfs.native-s3.enabled=true\ns3.region=r=1\n' };
  expect(withNamesOf('476', catalog)).toEqual(catalog);
  expect(withNamesOf('480', catalog)).toEqual(catalog);
  for (const version of ['481', '483']) {
    expect(withNamesOf(version, catalog)).toEqual({
      [file]: 'connector.name=hive\nfs.s3.enabled=true\ns3.region=r=1\n',
    });
  }
});

test('Trino 483 does not start with a property of 476 that it no longer needs', () => {
  const catalog = { [file]: 'connector.name=iceberg\ns3.exclusive-create=false\ns3.region=r\n' };
  expect(withNamesOf('476', catalog)).toEqual(catalog);
  expect(withNamesOf('483', catalog)).toEqual({ [file]: 'connector.name=iceberg\ns3.region=r\n' });
});

test.each([
  ['476', 'connector.name=hive\nhive.no-such-property=1\n', 'hive.no-such-property is in no list'],
  [
    '483',
    'connector.name=iceberg\niceberg.extended-statistics.enabled=true\n',
    'has no property iceberg.extended-statistics.enabled any more',
  ],
  ['476', 'connector.name=iceberg\nhive.recursive-directories=true\n', 'hive.recursive-directories is in no list'],
  ['476', 'connector.name=delta\n', 'is in no list'],
])('Trino %s is not sent %j', (version, text, reason) => {
  expect(() => withNamesOf(version, { [file]: text })).toThrow(reason);
});

test('what are no properties stay as they are', () => {
  const files = { 'etc/log.properties': 'io.trino=INFO\n', 'etc/jvm.config': '-server\n' };
  expect(withNamesOf('483', files)).toEqual(files);
});
