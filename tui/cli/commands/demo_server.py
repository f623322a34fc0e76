"""`transcode-tui demo-server`: the simulated API, for any client."""

import argparse
import asyncio

from tui.cli.output import complain, write_line


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; 2 where the options or the port cannot be had."""
    from tui.demo.serve import serve_forever

    try:
        asyncio.run(
            serve_forever(
                options.port,
                options.orders,
                options.seed,
                options.speed,
                options.scene,
                announce=write_line,
            )
        )
    except (OSError, ValueError) as error:
        return complain(str(error))
    return 0
