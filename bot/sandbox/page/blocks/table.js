// The table block. Its first row is its heading.

import { el } from "../dom.js";
import { renderRichText } from "./rich_text.js";

const CELLS = {
  raw_text: (cell) => cell.text,
  raw_number: (cell) => cell.text ?? String(cell.value ?? ""),
  rich_text: (cell) => renderRichText(cell),
};

export function renderTable(block) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) => el("tr", {}, cells.map((cell, column) => el(tag, {
    scope: tag === "th" ? "col" : null,
    data: { align: settings[column]?.align ?? (cell.type === "raw_number" ? "right" : "left") },
  }, CELLS[cell.type]?.(cell) ?? "")));
  const [heading, ...rows] = block.rows;
  // Wide tables scroll by themselves, so the keyboard must be able to reach them.
  return el("div", { class: "block table-block", tabindex: "0", role: "region", "aria-label": "Table" },
    el("table", {},
      el("thead", {}, row(heading, "th")),
      el("tbody", {}, rows.map((cells) => row(cells, "td")))));
}
