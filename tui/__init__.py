"""transcode-tui: watch the work orders of the TransparentEdge Transcoding Service."""

__version__ = "0.1.0"
