"""Which fields each element inside a block has; Slack refuses any other.

From docs.slack.dev/reference/block-kit/block-elements.
"""

_CHOSEN = "action_id confirm focus_on_load placeholder"
_SEVERAL = f"{_CHOSEN} max_selected_items"
_TYPED = "action_id initial_value dispatch_action_config focus_on_load placeholder"

ELEMENT_FIELDS: dict[str, frozenset[str]] = {
    type_: frozenset(fields.split())
    for type_, fields in {
        "button": "text action_id url value style confirm accessibility_label",
        "workflow_button": "text workflow style accessibility_label action_id",
        "overflow": "action_id options confirm",
        "image": "image_url slack_file alt_text",
        "static_select": f"{_CHOSEN} options option_groups initial_option",
        "multi_static_select": f"{_SEVERAL} options option_groups initial_options",
        "external_select": f"{_CHOSEN} initial_option min_query_length",
        "multi_external_select": f"{_SEVERAL} initial_options min_query_length",
        "users_select": f"{_CHOSEN} initial_user",
        "multi_users_select": f"{_SEVERAL} initial_users",
        "conversations_select": f"{_CHOSEN} initial_conversation response_url_enabled filter "
        "default_to_current_conversation",
        "multi_conversations_select": f"{_SEVERAL} initial_conversations filter "
        "default_to_current_conversation",
        "channels_select": f"{_CHOSEN} initial_channel response_url_enabled",
        "multi_channels_select": f"{_SEVERAL} initial_channels",
        "checkboxes": "action_id options initial_options confirm focus_on_load",
        "radio_buttons": "action_id options initial_option confirm focus_on_load",
        "datepicker": f"{_CHOSEN} initial_date",
        "timepicker": f"{_CHOSEN} initial_time timezone",
        "datetimepicker": "action_id initial_date_time confirm focus_on_load",
        "plain_text_input": f"{_TYPED} multiline min_length max_length",
        "number_input": f"{_TYPED} is_decimal_allowed min_value max_value",
        "email_text_input": _TYPED,
        "url_text_input": _TYPED,
        "rich_text_input": _TYPED,
        "file_input": "action_id filetypes max_files",
    }.items()
}
FILTER_FIELDS = frozenset({"include", "exclude_external_shared_channels", "exclude_bot_users"})
FILTER_KINDS = frozenset({"im", "mpim", "private", "public"})
