import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import type { ModelView } from '@terroir/labs/contract/model.ts';
import { useEffect, useState } from 'preact/hooks';
import { cancelPull, deploy, importModel, listModels, pullModel, undeploy } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, formatBytes, useWords } from '../words.ts';

const REFRESH_WHILE_PULLING_MS = 700;

/**
 * The catalogue, and what of it is deployed here.
 * @param shown whether it is the pane in front: the catalogue also grows by trainings, by the command line, and by others
 */
export function DeploymentsPane({ microcloud, shown }: { microcloud: MicrocloudView | null; shown: boolean }) {
  const { say } = useWords();
  const [models, setModels] = useState<readonly ModelView[]>();
  const load = useAction(async () => setModels(await listModels()));
  const pulling = models?.some((model) => model.state === 'pulling') ?? false;
  useEffect(() => {
    if (shown || models === undefined) void load.run();
  }, [shown]);
  useEffect(() => {
    if (!pulling) return;
    const timer = setInterval(() => void listModels().then(setModels, () => {}), REFRESH_WHILE_PULLING_MS);
    return () => clearInterval(timer);
  }, [pulling]);
  return (
    <>
      <h2>{say.deployments.title}</h2>
      {microcloud === null && <p class="note">{say.deployments.needsMicrocloud}</p>}
      <ProblemNote error={load.error} onRetry={load.run} />
      {models?.length === 0 && <p class="empty">{say.deployments.empty}</p>}
      <ul class="cards">
        {models?.map((model) => (
          <ModelCard key={model.id} model={model} microcloud={microcloud} onChange={load.run} />
        ))}
      </ul>
      <ImportModel onDone={load.run} />
    </>
  );
}

function ModelCard({
  model,
  microcloud,
  onChange,
}: {
  model: ModelView;
  microcloud: MicrocloudView | null;
  onChange: () => void;
}) {
  const { say, locale } = useWords();
  const [accepted, setAccepted] = useState(model.licenceAccepted);
  const deployment = microcloud?.deployments.find((one) => one.model === model.id);
  const act = useAction(async (work: () => Promise<unknown>) => {
    await work();
    onChange();
  });
  return (
    <li class="card">
      <h3>{model.title}</h3>
      <p>{model.summary[locale] ?? model.summary.en}</p>
      <dl class="facts">
        <dt>{say.deployments.size}</dt>
        <dd>{formatBytes(model.sizeBytes, locale)}</dd>
        <dt>{say.deployments.languages}</dt>
        <dd>{model.languages.join(', ')}</dd>
        <dt>{say.deployments.licence}</dt>
        <dd>
          {model.licence.url ? (
            <a href={model.licence.url} rel="noreferrer">
              {model.licence.id}
            </a>
          ) : (
            model.licence.id
          )}
        </dd>
        <dt>{say.deployments.origin}</dt>
        <dd>
          {model.origin.maker} ({model.origin.jurisdiction})
        </dd>
      </dl>
      {deployment && (
        <p>
          <span class={`state state--${deployment.state}`}>{say.deployments.state[deployment.state]}</span>{' '}
          {deployment.reason}
        </p>
      )}
      {model.state === 'damaged' && <p class="note note--problem">{say.deployments.damaged}</p>}
      {model.state !== 'damaged' && model.problem && (
        <p class="note note--problem">
          {model.problem.detail} {model.problem.todo}
        </p>
      )}
      {model.state === 'available' && model.pull && <p class="soft">{say.deployments.kept}</p>}
      {model.state === 'pulling' && model.pull && (
        <p>
          <progress max={model.pull.totalBytes} value={model.pull.receivedBytes} aria-label={model.title} />{' '}
          {fill(say.deployments.pulling, {
            received: formatBytes(model.pull.receivedBytes, locale),
            total: formatBytes(model.pull.totalBytes, locale),
          })}{' '}
          <button type="button" class="button quiet small" onClick={() => act.run(() => cancelPull(model.id))}>
            {say.deployments.cancelPull}
          </button>
        </p>
      )}
      {model.state === 'available' && (
        <label class="check">
          <input type="checkbox" checked={accepted} onChange={(event) => setAccepted(event.currentTarget.checked)} />
          {fill(say.deployments.accept, { licence: model.licence.id })}
        </label>
      )}
      <p class="row">
        {model.state === 'available' && (
          <button
            type="button"
            class="button quiet"
            disabled={!accepted || act.busy}
            onClick={() => act.run(() => pullModel(model.id, accepted))}
          >
            {say.deployments.pull}
          </button>
        )}
        {model.state === 'installed' && microcloud && (!deployment || deployment.state === 'failed') && (
          <button
            type="button"
            class="button"
            disabled={act.busy || microcloud.state !== 'ready'}
            onClick={() => act.run(() => deploy(microcloud.id, model.id))}
          >
            {say.deployments.deploy}
            <span class="visually-hidden"> {model.title}</span>
          </button>
        )}
        {microcloud && deployment && deployment.state !== 'stopping' && (
          <button
            type="button"
            class="button quiet"
            disabled={act.busy}
            onClick={() => act.run(() => undeploy(microcloud.id, deployment.id))}
          >
            {say.deployments.undeploy}
            <span class="visually-hidden"> {model.title}</span>
          </button>
        )}
      </p>
      <ProblemNote error={act.error} />
    </li>
  );
}

function ImportModel({ onDone }: { onDone: () => void }) {
  const { say } = useWords();
  const [stop, setStop] = useState<AbortController>();
  const [imported, setImported] = useState<string>();
  const action = useAction(async (file: File) => {
    const controller = new AbortController();
    setStop(controller);
    setImported(undefined);
    try {
      setImported((await importModel(file, controller.signal)).id);
      onDone();
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      setStop(undefined);
    }
  });
  return (
    <section class="import">
      <h3>{say.deployments.importTitle}</h3>
      <label class="button quiet">
        {action.busy ? say.deployments.importing : say.deployments.import}
        <input
          class="visually-hidden"
          type="file"
          accept=".gguf"
          disabled={action.busy}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void action.run(file);
            event.currentTarget.value = '';
          }}
        />
      </label>{' '}
      {stop && (
        <button type="button" class="button quiet small" onClick={() => stop.abort()}>
          {say.cancel}
        </button>
      )}
      <p role="status">{imported && fill(say.deployments.imported, { id: imported })}</p>
      <ProblemNote error={action.error} />
    </section>
  );
}
