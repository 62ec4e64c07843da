// What a person has entered into the inputs of one message or view, in the shape of Slack's
// `view.state.values`.

/** Per element type: the field its value has, and the field of the element it begins with. */
const FIELDS = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

/** The elements that hold a list. */
const LISTS = /^(multi_|checkboxes)/;

export class Values {
  #entries = new Map();
  #before;

  /** `before` is what was entered earlier, in Slack's shape: a reload of the page finds it again. */
  constructor(before) {
    this.#before = before;
  }

  /** What the element holds now: what was entered, else what it begins with. */
  get(block, element) {
    const entry = this.#entries.get(keyOf(block, element));
    if (entry) return entry.value;
    const [field, initial] = FIELDS[element.type];
    const earlier = this.#before[block.block_id]?.[element.action_id];
    const value = earlier?.type === element.type
      ? earlier[field] : element[initial] ?? (LISTS.test(element.type) ? [] : null);
    this.set(block, element, value);
    return value;
  }

  set(block, element, value) {
    this.#entries.set(keyOf(block, element), { block, element, value });
  }

  /** Forgets what belongs to elements that a new version of the view no longer has. */
  keepOnly(blocks) {
    const present = new Set();
    for (const block of blocks) {
      for (const element of elementsOf(block)) present.add(keyOf(block, element));
    }
    for (const key of this.#entries.keys()) if (!present.has(key)) this.#entries.delete(key);
  }

  toSlack() {
    const state = {};
    for (const { block, element, value } of this.#entries.values()) {
      state[block.block_id] ??= {};
      state[block.block_id][element.action_id] = asSlack(element, value);
    }
    return state;
  }
}

function elementsOf(block) {
  return [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]
    .filter(Boolean);
}

/** One element's value as it stands in `view.state.values` and in an action. */
export function asSlack(element, value) {
  return { type: element.type, [FIELDS[element.type][0]]: value };
}

function keyOf(block, element) {
  return `${block.block_id}\n${element.action_id}`;
}
