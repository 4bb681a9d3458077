// Draws how cost grows, from the results alone: three panels, once for a light and once for a dark page.
import { axes, panelText } from "./chartAxes.mjs";

const [WIDTH, HEIGHT] = [960, 340];
const PANEL = { width: 232, height: 200, top: 84, left: 52, step: 320 };

const THEMES = {
  light: {
    text: "#1f2328",
    soft: "#59636e",
    grid: "#d1d9e0",
    dynamic: "#d9730d",
    plugin: "#5b3df5",
    sdkDynamic: "#818b98",
  },
  dark: {
    text: "#f0f6fc",
    soft: "#9198a1",
    grid: "#3d444d",
    dynamic: "#ffa657",
    plugin: "#a98bff",
    sdkDynamic: "#9198a1",
  },
};

const LINES = ["sdkDynamic", "dynamic", "plugin"];
const NAMES = {
  dynamic: "dynamic provider",
  plugin: "plugin",
  sdkDynamic: "straightforward dynamic provider with the SDK",
};

const PANELS = [
  { title: "up without changes", unit: "ms per account", scale: "log", pick: perAccount("no-op up") },
  { title: "up, everything new", unit: "ms per account", scale: "log", pick: perAccount("up") },
  { title: "memory of the provider", unit: "MB at most", scale: "linear", pick: ({ peakMb }) => peakMb },
];

/**
 * The picture as SVG.
 *
 * @param growth one entry per number of accounts, as the results hold them.
 * @param theme "light" or "dark", the page it stands on.
 */
export function drawGrowth(growth, theme) {
  const colors = THEMES[theme];
  const panels = PANELS.map((panel, index) => drawPanel(panel, growth, colors, PANEL.left + index * PANEL.step));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img"
  font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="12">
<title>Time per account and memory of the provider, by the number of accounts</title>
${legend(colors)}
${panels.join("\n")}
</svg>
`;
}

function perAccount(operation) {
  return ({ accounts, ms }) =>
    Object.fromEntries(Object.entries(ms[operation]).map(([name, value]) => [name, value / accounts]));
}

function drawPanel({ title, unit, scale, pick }, growth, colors, left) {
  const series = growth.map((entry) => ({ accounts: entry.accounts, values: pick(entry) }));
  const values = series.flatMap((point) => LINES.map((name) => point.values[name]).filter(isNumber));
  // A machine that reports no memory leaves the panel out.
  if (values.length === 0) return "";
  const frame = { ...PANEL, left };
  const { marks, x, y } = axes({ frame, counts: growth.map(({ accounts }) => accounts), values, scale, colors });
  const lines = LINES.map((name) => drawLine(name, series, x, y, colors));
  return [panelText({ frame, title, unit, colors }), marks, ...lines, lastValues(series, x, y, colors)].join("\n");
}

function drawLine(name, series, x, y, colors) {
  const points = series.filter(({ values }) => isNumber(values[name]));
  const places = points.map(({ accounts, values }) => [x(accounts), y(values[name])].map((each) => each.toFixed(1)));
  const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colors[name]}"/>`).join("");
  const dashes = name === "sdkDynamic" ? ' stroke-dasharray="5 4"' : "";
  const line = places.map((place) => place.join(",")).join(" ");
  return `<polyline points="${line}" fill="none" stroke="${colors[name]}" stroke-width="2"${dashes}/>${dots}`;
}

/** The number at the end of each line, moved apart where two would stand on each other. */
function lastValues(series, x, y, colors) {
  const { accounts, values } = series.at(-1);
  const ends = LINES.filter((name) => isNumber(values[name])).map((name) => ({ name, at: y(values[name]) + 4 }));
  ends.sort((a, b) => a.at - b.at);
  for (const [index, end] of ends.entries()) if (index > 0) end.at = Math.max(end.at, ends[index - 1].at + 13);
  const left = (x(accounts) + 8).toFixed(1);
  return ends
    .map(
      ({ name, at }) => `<text x="${left}" y="${at.toFixed(1)}" fill="${colors[name]}">${short(values[name])}</text>`,
    )
    .join("");
}

function legend(colors) {
  const [widths, start] = [[360, 170, 100], PANEL.left];
  return LINES.map((name, index) => {
    const left = start + widths.slice(0, index).reduce((sum, width) => sum + width, 0);
    const dashes = name === "sdkDynamic" ? ' stroke-dasharray="5 4"' : "";
    return `<line x1="${left}" x2="${left + 24}" y1="20" y2="20" stroke="${colors[name]}" stroke-width="3"${dashes}/><text x="${left + 32}" y="24" fill="${colors.text}">${NAMES[name]}</text>`;
  }).join("\n");
}

function short(value) {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
}

function isNumber(value) {
  return typeof value === "number";
}
