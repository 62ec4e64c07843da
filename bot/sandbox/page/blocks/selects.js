// Select menus: static, users, conversations, channels and external ones, single and multiple.

import { avatar, conversationMark, conversationName, personName } from "../people.js";
import { state } from "../state.js";
import { explain } from "../toasts.js";
import { Combobox } from "./combobox.js";
import { tells } from "./text_inputs.js";

const MOST_PEOPLE_SHOWN = 50;

function fits(words, query) {
  return words.some((word) => word?.toLowerCase().includes(query.toLowerCase()));
}

const ofPerson = (id) => ({ key: id, value: id, label: personName(id), picture: avatar(id, personName(id)) });

function people(query) {
  const fitting = state.workspace.people
    .filter((one) => !one.is_deleted && fits([one.name, one.real_name, one.handle], query))
    .slice(0, MOST_PEOPLE_SHOWN);
  return [{ options: fitting.map((one) => ({ ...ofPerson(one.id), detail: `@${one.handle}` })) }];
}

function ofConversation(id) {
  const known = state.conversations.find((one) => one.id === id);
  return {
    key: id, value: id, label: known ? conversationName(known) : id,
    picture: known ? conversationMark(known) : null,
  };
}

/** Which kinds of conversation an element offers; `filter.include` uses Slack's words for them. */
function kindsOf(element) {
  if (element.type.includes("channels_select")) return new Set(["channel"]);
  const include = element.filter?.include;
  if (!include) return new Set(["channel", "private", "dm", "app"]);
  const kinds = { public: ["channel"], private: ["private"], im: ["dm", "app"], mpim: [] };
  return new Set(include.flatMap((word) => kinds[word] ?? []));
}

function conversations(element, query) {
  const kinds = kindsOf(element);
  const fitting = state.conversations.filter((one) =>
    kinds.has(one.kind) && !one.is_archived && fits([conversationName(one)], query));
  return [{ options: fitting.map((one) => ofConversation(one.id)) }];
}

const ofOption = (option) => ({
  key: option.value, value: option, label: option.text.text, detail: option.description?.text,
});

function listed(element, query) {
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.map((group) => ({
    label: group.label?.text,
    options: group.options.filter((option) => fits([option.text.text], query)).map(ofOption),
  }));
}

async function external(element, block, surface, query) {
  if (query.length < (element.min_query_length ?? 3)) {
    return [{ note: "Type to search.", options: [] }];
  }
  try {
    const found = await surface.options(block, element, query);
    return (found.option_groups ?? [{ options: found.options ?? [] }]).map((group) => ({
      label: group.label?.text, options: group.options.map(ofOption),
    }));
  } catch (error) {
    return [{ note: explain(error.code), options: [] }];
  }
}

/** What a select offers and how one of its values is shown. */
function sourceOf(element, block, surface) {
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "users_select") return { show: ofPerson, load: people };
  if (kind === "static_select") return { show: ofOption, load: (query) => listed(element, query) };
  if (kind === "external_select") {
    return { show: ofOption, load: (query) => external(element, block, surface, query) };
  }
  return { show: ofConversation, load: (query) => conversations(element, query) };
}

export function renderSelect(element, block, surface) {
  const multiple = element.type.startsWith("multi_");
  const { show, load } = sourceOf(element, block, surface);
  const value = surface.values.get(block, element);
  const chosen = multiple ? value : [value].filter((one) => one !== null);
  const id = surface.idOf(block, element);
  return new Combobox({
    id, multiple, load, max: element.max_selected_items, autofocus: element.focus_on_load,
    canBeEmpty: block.type === "input",
    placeholder: element.placeholder?.text,
    label: block.type === "input" ? null : element.placeholder?.text ?? "Choose",
    describedBy: block.hint ? `${id}-hint` : null,
    selected: chosen.map(show),
    onchange: (selected) => {
      const values = selected.map((option) => option.value);
      return surface.changed(block, element, multiple ? values : values[0] ?? null, { isAction: tells(block) });
    },
  }).node;
}
