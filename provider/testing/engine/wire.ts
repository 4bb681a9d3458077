// What providers answer, from messages to plain values.
import type * as pb from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ChangeKind, CheckAnswer, DiffAnswer } from "./providerClient";
import type { Sdk } from "./sdk";
import type { Properties } from "./values";

export function toDiffAnswer(sdk: Sdk, answer: pb.DiffResponse): DiffAnswer {
  const { DIFF_NONE, DIFF_SOME } = sdk.providerPb.DiffResponse.DiffChanges;
  const changes = answer.getChanges();
  return {
    changes: changes === DIFF_SOME ? "some" : changes === DIFF_NONE ? "none" : "unknown",
    replaces: answer.getReplacesList(),
    diffs: answer.getDiffsList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
    detailed: answer.getHasdetaileddiff() ? toDetails(answer) : null,
  };
}

const kinds: readonly ChangeKind[] = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

function toDetails(answer: pb.DiffResponse): Record<string, { kind: ChangeKind; inputDiff: boolean }> {
  const entries = answer.getDetaileddiffMap().getEntryList() as unknown as [string, unknown][];
  return Object.fromEntries(
    entries.map(([path]) => {
      const change = answer.getDetaileddiffMap().get(path);
      return [path, { kind: kinds[change?.getKind() ?? 4] ?? "update", inputDiff: change?.getInputdiff() ?? false }];
    }),
  );
}

export function toCheckAnswer(answer: pb.CheckResponse): CheckAnswer {
  return { inputs: toProperties(answer.getInputs()) ?? {}, failures: toFailures(answer.getFailuresList()) };
}

export function toFailures(list: readonly pb.CheckFailure[]): { property: string; reason: string }[] {
  return list.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
}

export function toProperties(struct: Struct | undefined): Properties | null {
  return struct === undefined ? null : (struct.toJavaScript() as Properties);
}
