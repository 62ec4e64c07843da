"""Steps of Workflow Builder: the app is told to do one, and says how it ended."""

from secrets import token_hex

from bot.sandbox.events import Events
from bot.sandbox.manifest import Manifest, Step
from bot.sandbox.model import Channel, Group, Json, SlackError, StepRun, User
from bot.sandbox.workspace import Workspace


class Steps:
    """Runs steps as a workflow would. Every run waits for the app to end it."""

    def __init__(self, workspace: Workspace, manifest: Manifest, events: Events) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._events = events
        self._runs: dict[str, StepRun] = {}
        self._tokens: dict[str, str] = {}  # by the id of the run that each is good for

    async def run(
        self, user: User | None, callback_id: str, inputs: Json, *, within: float | None = None
    ) -> StepRun:
        """Have the app do a step of a workflow that `user` started; return how it ended.

        Nobody starts a workflow that a schedule does. `inputs` are what its builder filled in:
        people and groups may be given by handle, channels by name. Who runs it is Slack's to fill
        in. Raises SlackError not_found where the manifest has no such step, restricted_action for
        people of another company, and invalid_inputs where one that is required is missing, as who
        runs a workflow that nobody does, or one is unknown or not a builder's to set.
        """
        step = self._manifest.find_step(callback_id)
        if step is None:
            raise SlackError("not_found")
        if user is not None and user.is_stranger:
            raise SlackError("restricted_action")
        given = {name: value for name, value in inputs.items() if value not in (None, "", [])}
        if step.of_who_runs_it & inputs.keys():
            raise SlackError("invalid_inputs")
        if user is not None:
            context = {"id": user.id, "secret": token_hex(16)}
            given |= dict.fromkeys(step.of_who_runs_it, context)
        known = {one["name"] for one in step.inputs}
        if not step.required_inputs <= given.keys() or not given.keys() <= known:
            raise SlackError("invalid_inputs")
        run = StepRun(f"Fx{token_hex(5).upper()}", callback_id)
        self._runs[run.id] = run
        self._tokens[run.id] = f"xwfp-sandbox-{token_hex(12)}"
        event = self._event(step, run, self._filled(step, given))
        if self._events.fire(event) is None:
            raise SlackError("not_subscribed")  # a manifest with steps needs function_executed
        await self._workspace.changes.until(
            lambda: None if run.succeeded is None else run, within=within
        )
        return run

    def allows(self, token: str) -> bool:
        """Return whether a token is one that came with a step which has not ended yet."""
        return token in self._tokens.values()

    def complete(self, run_id: str, outputs: Json) -> None:
        """End a run well. Raises SlackError."""
        run = self._running(run_id)
        step = self._manifest.find_step(run.callback_id)
        if step is None or not step.required_outputs <= outputs.keys():
            raise SlackError("parameter_validation_failed")
        run.outputs = outputs
        self._end(run, succeeded=True)

    def fail(self, run_id: str, error: str) -> None:
        """End a run with words for the person whose workflow it is. Raises SlackError."""
        run = self._running(run_id)
        run.error = error
        self._end(run, succeeded=False)

    def _running(self, run_id: str) -> StepRun:
        run = self._runs.get(run_id)
        if run is None:
            raise SlackError("function_execution_not_found")
        if run.succeeded is not None:
            raise SlackError("execution_not_in_running_state")
        return run

    def _end(self, run: StepRun, *, succeeded: bool) -> None:
        run.succeeded = succeeded
        del self._tokens[run.id]
        self._workspace.changes.tell("step")

    def _filled(self, step: Step, inputs: Json) -> Json:
        """Return the inputs with ids for handles and names."""
        types = {one["name"]: one["type"].rpartition("/")[2] for one in step.inputs}
        return {name: self._id(types[name], value) for name, value in inputs.items()}

    def _id(self, type_: str, value: object) -> object:
        if isinstance(value, dict):
            return value
        if isinstance(value, list):
            return [self._id(type_, one) for one in value]
        workspace, text = self._workspace, str(value)
        found: User | Group | Channel | None = None
        if type_ in {"user_id", "array"}:
            found = workspace.find_user(text)
        elif type_ == "usergroup_id":
            found = workspace.find_group(text)
        elif type_ == "channel_id":
            found = workspace.find_channel(text)
        return found.id if found else value

    def _event(self, step: Step, run: StepRun, inputs: Json) -> Json:
        return {
            "type": "function_executed",
            "function": {
                "id": f"Fn{run.id[2:]}",
                "callback_id": step.callback_id,
                "title": step.title,
                "description": step.description,
                "type": "app",
                "input_parameters": list(step.inputs),
                "output_parameters": list(step.outputs),
                "app_id": self._workspace.app["id"],
                "date_created": int(self._workspace.clock.now()),
                "date_updated": int(self._workspace.clock.now()),
                "date_deleted": 0,
                "form_enabled": False,
            },
            "inputs": inputs,
            "function_execution_id": run.id,
            "workflow_execution_id": f"Wx{token_hex(5).upper()}",
            "event_ts": self._workspace.stamps.next(),
            "bot_access_token": self._tokens[run.id],
        }
