// The frame of one panel: its titles, its grid, and where a number of accounts and a value stand in it.

/**
 * The grid with its labels, and the two scales. The number of accounts runs in powers of ten; a value does where it spans many.
 */
export function axes({ frame, counts, values, scale, colors }) {
  const x = positions(Math.log10(counts[0]), Math.log10(counts.at(-1)), frame.left, frame.left + frame.width);
  const ticks = scale === "log" ? powers(values) : steps(values);
  const place = scale === "log" ? Math.log10 : (value) => value;
  const y = positions(place(ticks[0]), place(ticks.at(-1)), frame.top + frame.height, frame.top);
  const vertical = counts.map((count) => countMark(x(Math.log10(count)), count, frame, colors));
  const horizontal = ticks.map((tick) => valueMark(y(place(tick)), tick, frame, colors));
  return {
    marks: [...horizontal, ...vertical].join("\n"),
    x: (count) => x(Math.log10(count)),
    y: (value) => y(place(value)),
  };
}

/** What stands above and below a panel. */
export function panelText({ frame, title, unit, colors }) {
  const middle = frame.left + frame.width / 2;
  return `<text x="${frame.left}" y="${frame.top - 32}" fill="${colors.text}" font-size="14" font-weight="600">${title}</text>
<text x="${frame.left}" y="${frame.top - 14}" fill="${colors.soft}">${unit}</text>
<text x="${middle}" y="${frame.top + frame.height + 40}" fill="${colors.soft}" text-anchor="middle">accounts</text>`;
}

function positions(low, high, start, end) {
  return (value) => start + ((value - low) / (high - low || 1)) * (end - start);
}

function powers(values) {
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({ length: Math.max(high - low, 1) + 1 }, (_, index) => 10 ** (low + index));
}

/** From zero, in round steps. */
function steps(values) {
  const highest = Math.max(...values);
  const rough = 10 ** Math.floor(Math.log10(highest));
  const step = [rough / 5, rough / 2, rough].find((each) => highest / each <= 6) ?? rough * 2;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}

function valueMark(at, tick, { left, width }, colors) {
  const y = at.toFixed(1);
  return `<line x1="${left}" x2="${left + width}" y1="${y}" y2="${y}" stroke="${colors.grid}"/><text x="${left - 8}" y="${(at + 4).toFixed(1)}" fill="${colors.soft}" text-anchor="end">${label(tick)}</text>`;
}

function countMark(at, count, { top, height }, colors) {
  return `<text x="${at.toFixed(1)}" y="${top + height + 20}" fill="${colors.soft}" text-anchor="middle">${label(count)}</text>`;
}

function label(value) {
  return value < 1 ? String(Number(value.toPrecision(1))) : value.toLocaleString("en");
}
