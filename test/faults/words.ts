// What docs/failures.md says around its tables. Repeats nothing that a table says.
import { CALLS } from "./table";

export const OPENING = `# Failure behaviour

What \`pulumi up\`, \`refresh\` and \`destroy\` do when the connection, Cloudflare or the machine fails. The dynamic provider and the plugin
behave alike. Five rules hold in all tables, and the tests play every row through the processes of both providers:

- An error leaves the state as it was, except for a write that may have been applied (the third rule). Only an account that is proven to have
  no auto top-up leaves the state.
- A write that nobody confirmed counts neither as done nor as failed: one read of the remote values decides.
- Where that read fails too, the state keeps the resource with an **initialization error**: the next \`pulumi up\` writes what is declared
  then, even if that is what was declared before. A process that is [killed](#something-is-killed) cannot do this.
- Once the trouble is over, the next \`pulumi up\` of the same program ends with what is declared, and Cloudflare saw **at most one change** in all.
- The provider follows no redirect, so no credential reaches another host.`;

export const OVERVIEW = `What the state holds at the end of a run that meets the failure. "not ...", "initialization error" and "kept as it was" come with an error.
A create meets the failure in its write, if it writes at all: if its first read meets it and fails, nothing is created.`;

export const CRASHES = `## Something is killed

With SIGKILL: the provider's process, at each of these moments, or whole runs by their program or engine. A second Ctrl-C does the same to a
write of the dynamic provider, since Pulumi does not pass the first one on to it. After a killed engine, \`pulumi cancel\` removes its lock, and
the next \`pulumi up\` warns of what was under way.

**The state is the engine's only memory, and a killed process writes nothing into it.** So it depends on what you declare next:

- The change is still declared: the next \`pulumi up\` ends with what is declared ("next").
- **The change is taken back**: the program equals the state, so the next \`pulumi up\` sends nothing, and what was applied stays, a higher amount
  included. \`pulumi up --refresh\` reads the remote values and ends with what is declared ("--refresh"). Run it after every run that was killed.
- A create that is taken back is in no state, and no refresh finds it: the account goes on charging. Declare it again as it was, run
  \`pulumi up\`, which takes it over, and then remove it; or switch it off in the dashboard.`;

export const CLOSING = `## Two at once

- Two stacks declare one account: the second create is refused and shows both values, unless they are equal. If both read at the very same
  moment, the API cannot tell them apart: the later write counts, and the other stack's refresh shows it. Declare an account in one stack only.
- Somebody changes the values in the dashboard between preview and \`pulumi up\`: a create is refused. An update overwrites them with what was
  reviewed, without a warning, and a delete switches off. If there is nothing to change, nobody notices: \`pulumi up --refresh\` does.
- 1,000 accounts meet the rate limit: at most the requests that are under way are refused, then all wait together, and all are applied.

## How to read the tables

\`GET, POST ×3, GET\` is a read, three attempts to write and another read. "Next" are the requests of the next \`pulumi up\`; after a refresh, of
the next refresh. "${CALLS.firstRead.title}" is the GET before anything is written; "${CALLS.once.title}" is a failure that is over at the second
attempt. An error begins with what was attempted, for instance \`${CALLS.create.attempt} 0123... failed.\`

This page is generated from the data in [test/faults](../test/faults) and [test/crashes](../test/crashes); the tests that play them fail where
it is out of date.`;
