import { trinoClient } from '/work/wt-register/clients/trino/index.js';
import { Lakehouse } from '/work/wt-register/environments/lakehouse/lakehouse.js';
const l = await Lakehouse.open('/work/wt-iceberg/out/lakehouse', { isLasting: true });
const a = await trinoClient(l.access()).query(process.argv[2]!);
console.log(a.ok ? a.value.rows.map((r) => r.join(' | ')).join('\n') : a.error.map((e) => e.message).join('\n'));
process.exit(0);
