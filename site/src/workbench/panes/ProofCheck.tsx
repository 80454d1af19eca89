import { PROOF_STEPS, type ProofVerdict, verifyProof } from '@terroir/labs/contract/ledger/verify-proof.ts';
import { useState } from 'preact/hooks';
import { handInProof, ledgerKey, ledgerProof } from '../api.ts';
import { ProblemNote } from '../ProblemNote.tsx';
import { useAction } from '../use-action.ts';
import { fill, useWords } from '../words.ts';

/**
 * The proof of one entry: to keep as a file, and to verify here. The arithmetic runs in this browser; the runner is only
 * asked for the proof and the key, and told afterwards, so that the lab can see it.
 */
export function ProofCheck({ microcloud, index }: { microcloud: string; index: number }) {
  const { say } = useWords();
  const [verdict, setVerdict] = useState<ProofVerdict>();
  const [handedIn, setHandedIn] = useState(false);
  const verify = useAction(async () => {
    const [proof, key] = await Promise.all([ledgerProof(microcloud, index), ledgerKey(microcloud)]);
    const result = verifyProof(proof, key.trim());
    setVerdict(result);
    if (!result.verified) return;
    await handInProof(microcloud, proof);
    setHandedIn(true);
  });
  return (
    <div class="proof">
      <p class="row">
        <button type="button" class="button" disabled={verify.busy} onClick={() => verify.run()}>
          {say.ledger.verify}
        </button>
        <a
          class="button quiet"
          href={`/m/${microcloud}/ledger/entries/${index}/proof`}
          download={`${microcloud}-${index}.tlog-proof`}
        >
          {say.ledger.download}
        </a>
      </p>
      <ProblemNote error={verify.error} onRetry={verify.run} />
      <div role="status">
        {verdict && (
          <>
            <ol class="proof__steps">
              {PROOF_STEPS.map((step) => {
                const passed = verdict.passed.includes(step);
                const failed = !verdict.verified && verdict.failed === step;
                return (
                  <li
                    key={step}
                    class={
                      passed ? 'proof__step proof__step--good' : failed ? 'proof__step proof__step--bad' : 'proof__step'
                    }
                  >
                    {say.ledger.steps[step]}
                  </li>
                );
              })}
            </ol>
            {verdict.verified ? (
              <p class="note note--good">
                {say.ledger.verified} {handedIn && say.ledger.handedIn}
              </p>
            ) : (
              <p class="note note--problem">{fill(say.ledger.notVerified, { detail: verdict.detail })}</p>
            )}
          </>
        )}
      </div>
    </div>
  );
}
