import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { foundryCheck } from './foundry-check.ts';
import { ledgerVerify } from './ledger-verify.ts';
import { microcloudCreate } from './microcloud-create.ts';
import { microcloudDestroy } from './microcloud-destroy.ts';
import { microcloudList } from './microcloud-list.ts';
import { modelImport } from './model-import.ts';
import { modelList } from './model-list.ts';
import { modelPull } from './model-pull.ts';
import { modelRemove } from './model-remove.ts';
import { modelVerify } from './model-verify.ts';
import { trainingCreate } from './training-create.ts';
import { trainingList } from './training-list.ts';
import { trainingPublish } from './training-publish.ts';
import { trainingRemove } from './training-remove.ts';
import { trainingShow } from './training-show.ts';
import { trainingStart } from './training-start.ts';
import { trainingStop } from './training-stop.ts';

export const COMMANDS: readonly Command[] = [
  doctor,
  modelList,
  modelPull,
  modelImport,
  modelVerify,
  modelRemove,
  microcloudCreate,
  microcloudList,
  microcloudDestroy,
  foundryCheck,
  trainingCreate,
  trainingList,
  trainingShow,
  trainingStart,
  trainingStop,
  trainingPublish,
  trainingRemove,
  ledgerVerify,
];

/** Commands whose names are settled, but which this version does not have. */
export const LATER: readonly string[] = [
  'bench run',
  'bundle create',
  'bundle import',
  'workshop create',
  'workshop list',
  'workshop export',
];
