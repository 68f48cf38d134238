import { assessmentView } from './assessment/index.js';
import { auditView } from './audit/index.js';
import { certificateView } from './certificate/index.js';
import { compareView } from './compare/index.js';
import { cutoverView } from './cutover/index.js';
import { databasesView } from './databases/index.js';
import { historyView } from './history/index.js';
import { migrationView } from './migration/index.js';
import { tableView } from './table/index.js';
import { tablesView } from './tables/index.js';
import { terraformView } from './terraform/index.js';
import { transformationView } from './transformation/index.js';
import { trendsView } from './trends/index.js';
import { validationView } from './validation/index.js';
import type { View } from './view.js';
import { wavesView } from './waves/index.js';
import { machineView } from './waves/machine.js';
import { machinesView } from './waves/machines.js';

/** In the order of the menu. */
export const views: readonly View[] = [
  assessmentView,
  databasesView,
  tablesView,
  tableView,
  trendsView,
  compareView,
  transformationView,
  terraformView,
  migrationView,
  historyView,
  wavesView,
  machinesView,
  machineView,
  validationView,
  certificateView,
  cutoverView,
  auditView,
];
