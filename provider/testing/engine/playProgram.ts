// Lets a program and a deployment meet: starts the one, serves it, and sees to what is left to do when it has ended.
import type { Parts, Surroundings } from "./assembly";
import type { Child } from "./child";
import { Defaults } from "./defaults";
import { performDeletes } from "./deletes";
import { Bail, type Deployment } from "./deployment";
import { problemOf, startProgram } from "./languageHost";
import { Monitor } from "./monitor";
import { Session } from "./session";

export async function playProgram({ deployment, server, reporter }: Parts, around: Surroundings): Promise<void> {
  const { sdk, project, env, preload } = around;
  const session = new Session(sdk, deployment, new Defaults(deployment, project.config));
  const monitor = new Monitor(sdk, deployment, session);
  server.add(sdk.resourceRpc.ResourceMonitorService, monitor.handlers);
  const { dryRun, parallel } = deployment.options;
  const program = startProgram({
    ...{ sdk, project, env, preload, reporter, parallel, dryRun },
    address: server.address,
    isAbandoned: () => deployment.abandoned,
  });
  const ended = program.ended.then((ending) => {
    const problem = problemOf(ending);
    if (problem !== null && !deployment.stopped) reportProblem(deployment, problem);
  });
  await Promise.race([monitor.signalled, ended, deployment.stopping]);
  if (!deployment.stopped) await performDeletes(deployment);
  await deployment.idle();
  await finishOutputs(deployment, session);
  deployment.abandoned = deployment.failed;
  monitor.shutdown();
  await letEnd(program, ended);
}

function reportProblem(deployment: Deployment, problem: string): void {
  deployment.fail(problem === "" ? new Bail(problem) : new Error(problem), null);
}

/** After a failure the old outputs stay where the program has not come to say anything of them. */
async function finishOutputs(deployment: Deployment, session: Session): Promise<void> {
  if (session.stackOutputs === null) return;
  const { urn, outputs } = session.stackOutputs;
  const state = deployment.news.get(urn);
  const old = deployment.failed ? (deployment.olds.get(urn)?.outputs ?? {}) : {};
  if (state !== undefined) await session.setOutputs(state, { ...old, ...outputs });
}

/** A program ends by itself once its calls are answered. One that does not is ended. */
async function letEnd(program: Child, ended: Promise<void>): Promise<void> {
  const timer = setTimeout(() => program.kill(), 2_000);
  await ended;
  clearTimeout(timer);
  program.kill();
}
