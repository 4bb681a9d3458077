// The entry of the released executable, which needs no Node on the machine: the plugin, as the engine starts it, and behind their names the
// commands that npm gives to everybody else.
const COMMANDS: Readonly<Record<string, () => unknown>> = {
  "topup-review": () => require("./review"),
  "topup-watch": () => require("./watch"),
  "ai-gateway-billing-simulator": () => require("./simulator"),
};

const command = COMMANDS[process.argv[2] ?? ""];
// Each of them reads its own arguments, from the third on.
if (command) process.argv.splice(2, 1);
(command ?? (() => require("./plugin")))();
