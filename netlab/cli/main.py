"""The `netlab` command: imports only the subcommand that is called, and prints errors.

`netlab --help` imports neither torch nor pydantic; each command imports what it needs when it
runs. Exit codes: 0 done, 1 some run failed (or, with --strict, a claim was refuted), 2 bad input,
130 interrupted.
"""

from __future__ import annotations

import gc
import importlib
import sys
from pathlib import Path
from typing import Any

import click

from netlab.cli.shared.import_interrupts import EXIT_INTERRUPTED, exit_on_ctrl_c_in_imports
from netlab.cli.shared.lab_option import LabOption, add_lab_option, chosen_lab
from netlab.errors import NetlabError, did_you_mean
from netlab.suggest import LAB_COMMANDS, command_line

COMMANDS = {
    "new": "Start a recipe from a saved one.",
    "summary": "Layers, shapes, parameters and MACs of a network.",
    "guide": "A study step by step: question, prediction, verdict.",
    "plan": "What a study would run and cost; trains nothing.",
    "run": "Train the runs of a recipe that are not done yet.",
    "time": "Speed and memory, timed apart from training.",
    "runs": "List, show, stop, resume and remove runs.",
    "code": "The network as a PyTorch file without netlab.",
    "export-onnx": "The network as an ONNX file.",
    "export": "A study's table as markdown, HTML, LaTeX, CSV or JSON.",
    "surface": "The loss around trained weights, as a heat map.",
    "claims": "Verdicts on a study's claims.",
    "networks": "Published networks with their cost.",
    "blocks": "The blocks of which networks are made.",
    "schema": "The JSON schema of recipes, for editors.",
    "data": "The data sets: what is here, and how to get the rest.",
    "doctor": "Check this machine and the lab, and say what would help.",
    "completion": "Shell completion for bash, zsh or fish.",
}
"""Every command with its help line, in the order in which a study needs them.

The command `export-onnx` is the function `export_onnx` in `netlab/cli/export_onnx.py`.
"""


class LazyGroup(click.Group):
    """A group that imports a command only when that command is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        function = name.replace("-", "_")
        command = getattr(importlib.import_module(f"netlab.cli.{function}"), function)
        assert isinstance(command, click.Command)
        add_lab_option(command, shown=name in LAB_COMMANDS)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no command is called '{args[0]}': {did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NetlabError as error:
            for line in str(error).splitlines():
                click.echo(f"netlab: error: {line}", err=True)
            ctx.exit(2)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # From COMMANDS, because click would import each command for its help text.
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="A RECIPE is a YAML file, or the name of a saved one such as resnet14-ablation.",
)
@click.option(
    cls=LabOption,
    envvar="NETLAB_DB",
    default=Path("lab.db"),
    show_default=True,
    show_envvar=True,
    help="The lab: the SQLite file that keeps every study and run.",
)
@click.version_option(package_name="netlab", message="netlab %(version)s")
@click.pass_context
def netlab(ctx: click.Context) -> int | None:
    """A lab for guided ablations of convolutional networks, in the terminal.

    Without a command it opens the app.
    """
    if ctx.invoked_subcommand is not None:
        ctx.with_resource(exit_on_ctrl_c_in_imports())
        return None
    # Stderr too, because Textual draws on it.
    if all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return open_app(chosen_lab())
    heading = "netlab: a lab for guided ablations of convolutional networks\n"
    click.echo("\n".join([heading, *first_steps()]))
    return 0


def first_steps() -> list[str]:
    """Lines with the commands to begin with, and the purpose of each."""
    lab = chosen_lab()
    steps = {
        command_line(lab=lab): "the app, on a terminal",
        command_line("plan", "resnet14-ablation", lab=lab): "what a study would run and cost",
        command_line("run", "demo", lab=lab): "train it on images that come with netlab",
        command_line("export", "demo", lab=lab): "its table, as markdown",
        "netlab --help": "every command",
    }
    width = max(map(len, steps))
    return [f"  {command:{width}}   {purpose}" for command, purpose in steps.items()]


def open_app(lab: Path) -> int:
    """Run the app on a lab; returns its exit code."""
    # Garbage collection would take a sixth of the start-up time and find nothing. The app turns it
    # on again after its first frame.
    gc.disable()
    # By name, because only the app may import the app, so that commands never load textual.
    code = importlib.import_module("tui.app").run(lab)
    assert isinstance(code, int)
    return code


def main(arguments: list[str] | None = None) -> None:
    """Run `netlab` and exit with its exit code."""
    sys.exit(run_command(arguments))


def run_command(arguments: list[str] | None = None) -> int:
    """Run `netlab` with `arguments` (default: those of the process); returns the exit code."""
    try:
        result: Any = netlab.main(arguments, prog_name="netlab", standalone_mode=False)
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("netlab: interrupted", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of the output, such as `head`, has stopped reading. This is no error.
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"netlab: error: {where}{error.strerror or error}", err=True)
        return 2
    return result if isinstance(result, int) else 0
