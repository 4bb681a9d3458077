// What the document about faults says around its tables.
import { CALLS } from "./table";

export const OPENING = `# What happens on bad days

What \`pulumi up\`, \`refresh\` and \`destroy\` do when the connection, Cloudflare or the machine fails. The dynamic provider and the plugin do
the same. Five rules hold in all tables; the tests play every row of them through the processes of both:

- An error leaves the state as it was, but for a write that may have been applied (the third rule). Only an account that is proven to have no
  auto top-up leaves it.
- A write that nobody confirmed is taken neither for done nor for failed: one read of the remote values decides.
- Where that read fails, too, the resource is kept with an **initialization error**: the next \`pulumi up\` writes what is declared then, also if
  that is what was declared before. A process that is [killed](#something-is-killed) cannot keep it so.
- Once the trouble is over, the next \`pulumi up\` of the same program ends with what is declared, and Cloudflare saw **at most one change** in all.
- No redirect is followed, so no credential reaches another host.`;

export const OVERVIEW = `What the state holds at the end of the run that meets it; "not ...", "initialization error" and "kept as it was" come with an error. For a create
it is the write that meets it, where something is written at all: where its first read meets it and fails, nothing is created.`;

export const CRASHES = `## Something is killed

With SIGKILL: the provider's process, at each of these moments, or whole runs by their program or engine. A second Ctrl-C does the same to a
write of the dynamic provider, which Pulumi does not inform of the first one. After a killed engine, \`pulumi cancel\` takes its lock away, and the
next \`pulumi up\` warns of what it was doing.

**The state is the engine's only memory, and what is killed writes nothing into it.** So it depends on what is declared next:

- The change is still declared: the next \`pulumi up\` ends with what is declared ("next").
- **The change is taken back**: the program is as the state says, so the next \`pulumi up\` sends nothing, and what was applied stays, a dearer amount
  included. \`pulumi up --refresh\` reads the remote values and ends with what is declared ("--refresh"). Run it after every run that was killed.
- A create that is taken back is in no state, and no refresh finds it: the account goes on charging. Declare it once more as it was, run \`pulumi up\`,
  which takes it over, and then remove it; or switch it off in the dashboard.`;

export const CLOSING = `## Two at once

- Two stacks declare one account: the second create is refused and shows both values, unless they are equal. If both read at the very same
  moment, the API cannot see a difference: the later write counts, and the other's refresh shows it. Declare an account in one stack only.
- Somebody changes the values in the dashboard between preview and \`pulumi up\`: a create is refused. An update writes what was reviewed, over
  it and without a warning, and a delete switches off. Where nothing is to be changed it is not seen: \`pulumi up --refresh\` sees it.
- 1,000 accounts meet the rate limit: at most the requests that are under way are refused, then all wait together, and all are applied.

## How to read the tables

\`GET, POST ×3, GET\` is a read, three attempts to write and another read. "Next" are the requests of the next \`pulumi up\`; after a refresh, of
the next refresh. "${CALLS.firstRead.title}" is the GET before anything is written; "${CALLS.once.title}" is a trouble that is over at the second
attempt. An error begins with what was attempted, for instance \`${CALLS.create.attempt} 0123... failed.\`

This page is made from the data in [test/faults](../test/faults) and [test/crashes](../test/crashes), and the tests that play them fail where it
is out of date.`;
